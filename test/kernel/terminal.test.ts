/** The live screen and `exec` in a terminal, on one lab: what they show, and how they leave the terminal behind. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, Desk } from '../cli/ipvlane.ts';
import { cannotRun } from '../lab/run-in-uml.ts';
import { skipped } from '../report/skipped.ts';
import { noTmux, Terminal } from './tmux.ts';

const refused = noTmux || (cannotRun ?? '');
const SIZE = { columns: 140, rows: 34 };

describe.skipIf(refused !== '')(`a lab that is held, in a terminal${skipped(refused)}`, () => {
  let desk: Desk;
  let live: Terminal;
  const path = (name: string): string => join(desk.path, name);
  const saved = (name: string): string => readFileSync(path(name), 'utf8');
  const ipvlane = (...words: string[]): string => [...COMMAND, ...words].join(' ');

  beforeAll(async () => {
    desk = new Desk();
    desk.seed();
    const scenario = saved('seed/scenario.yaml');
    const timeline = '  timeline:\n  - wait: { timeout: 30s }\n  - sleep: 10m\n';
    desk.write('seed/scenario.yaml', scenario.slice(0, scenario.indexOf('  timeline:')) + timeline);
    live = new Terminal(SIZE);
    live.type(`stty -a > ${path('before')}`);
    const run = ipvlane('run', path('seed'), '--kernel', 'uml', '--memory', '512', '--hold', '--out', path('out'));
    live.type(`${run}; echo "ended with $?"; stty -a > ${path('after')}; echo done`);
    await live.shows(/▶ +2 sleep/, 90_000);
  }, 100_000);

  afterAll(() => {
    live[Symbol.dispose]();
    desk[Symbol.dispose]();
  });

  const exec = (...words: string[]): string[] => ['exec', '--run', path('out'), ...words];

  test('shows header, pods and keys, and no line is wrapped', () => {
    const screen = live.screen();
    expect(screen).toMatch(/ipvlane seed .*uml [\d.]+, real clock/);
    expect(screen).toMatch(/^client +Running +172\.51\.0\.\d+ +10-20-1-2/m);
    expect(screen).toContain('q ends it');
    expect(screen.split('\n').length).toBeLessThanOrEqual(SIZE.rows + 1);
  });

  test('`exec` starts where the user stands', async () => {
    const [program, ...words] = COMMAND;
    const { stdout } = await execa(program, [...words, ...exec('client', '--', 'pwd')], { cwd: '/usr/share' });
    expect(stdout).toBe('/usr/share');
  });

  test('`exec -t` is a terminal of this size, follows a resize, and leaves the terminal as it was', async () => {
    using terminal = new Terminal({ columns: 90, rows: 20 });
    terminal.type(`stty -a > ${path('exec-before')}`);
    terminal.type(`${ipvlane(...exec('-t', 'client', '--', 'env', "'PS1=pod: '", 'sh'))}; echo "ended with $?"`);
    await terminal.shows(/^(\$ )?pod:/m, 30_000);
    terminal.type('stty size; cat /proc/net/dev');
    await terminal.shows(/^20 90$[^]*eth0:/m);
    terminal.resize({ columns: 100, rows: 25 });
    // The size travels on its own way, beside what is typed.
    await expect
      .poll(
        () => {
          terminal.type('stty size');
          return terminal.screen();
        },
        { timeout: 20_000, interval: 500 },
      )
      .toMatch(/^25 100$/m);
    terminal.resize({ columns: 90, rows: 20 });
    terminal.type('exit 7');
    await terminal.shows('ended with 7');
    terminal.type(`stty -a > ${path('exec-after')}; echo don''e`);
    await terminal.shows(/^done$/m);
    expect(saved('exec-after')).toBe(saved('exec-before'));
  });

  test('Ctrl-C in the middle of a step ends it with 130, and leaves modes, cursor and screen as they were', async () => {
    live.press('C-c');
    await live.shows('ended with 130', 30_000);
    await live.shows(/^done$/m);
    expect(saved('after')).toBe(saved('before'));
    expect(live.modes()).toEqual({ alternateScreen: '0', cursorShown: '1', mouse: '0' });
    expect(live.screen()).toMatch(/^client +Running/m);
    expect(existsSync(path('out/control.sock'))).toBe(false);
    live.type('echo types ag""ain');
    await live.shows(/^types again$/m);
  });
});
