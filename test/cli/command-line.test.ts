/** The command line explains itself: every command has examples, and every slip of the keyboard a suggestion. */
import { expect, test } from 'vitest';
import { COMMANDS } from '../../sim/cli/command-table.ts';
import { Desk } from './ipvlane.ts';

test.each(
  [[], ...COMMANDS.map(({ name }) => [name])].map((words) => ({ words, name: ['ipvlane', ...words].join(' ') })),
)('`$name --help` ends with 0, its options, examples and the exit codes', async ({ words }) => {
  using desk = new Desk();
  const { exitCode, stdout, stderr } = await desk.ipvlane([...words, '--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(/^Usage: ipvlane/);
  expect(stdout).toMatch(/^Options:$/m);
  expect(stdout).toMatch(/^Examples:\n {2}ipvlane /m);
  expect(stdout).toMatch(/^Exit codes: 0 all expectations met; 1 /m);
  // But for what is one word, and for an example, which is to be copied.
  const long = stdout.split('\n').filter((line) => line.length > 80 && !/^ +(\S+|ipvlane .*)$/.test(line));
  expect(long).toEqual([]);
});

test.each([
  { line: 'rnu seed', says: "error: unknown command 'rnu'", suggests: 'run' },
  { line: 'help rech', says: "error: unknown command 'rech'", suggests: 'reach' },
  { line: 'rech --help', says: "error: unknown command 'rech'", suggests: 'reach' },
  { line: 'run seed --kernle uml', says: "error: unknown option '--kernle'", suggests: '--kernel' },
  { line: 'run seed --engine htbb', says: "'--engine <name>' argument 'htbb' is invalid", suggests: 'htb' },
  { line: 'run seed --clock virtaul', says: "'--clock <clock>' argument 'virtaul' is invalid", suggests: 'virtual' },
  { line: 'reach seed --mode orcale', says: "'--mode <mode>' argument 'orcale' is invalid", suggests: 'oracle' },
  { line: 'kernels pul', says: "value 'pul' is invalid for argument 'verb'", suggests: 'pull' },
  { line: 'check --jsn seed', says: "error: unknown option '--jsn'", suggests: '--json' },
])('`ipvlane $line` ends with 2 and asks whether `$suggests` was meant', async ({ line, says, suggests }) => {
  using desk = new Desk();
  const { exitCode, stdout, stderr } = await desk.ipvlane(line.split(' '));
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(says);
  expect(stderr).toContain(`(Did you mean ${suggests}?)`);
  expect(stderr).toMatch(/\(run `ipvlane( \w+)? --help` for .*examples\)/);
});

test('`ipvlane help reach` is `ipvlane reach --help`, and `ipvlane help` is `ipvlane --help`', async () => {
  using desk = new Desk();
  expect(await desk.ipvlane(['help', 'reach'])).toEqual(await desk.ipvlane(['reach', '--help']));
  expect(await desk.ipvlane(['help'])).toEqual(await desk.ipvlane(['--help']));
});

test.each(['plan seed', 'check --json seed', 'reach seed --mode oracle', 'run --help'])(
  '`ipvlane %s > /dev/full` ends with 3 and one line; without a reader it ends without a word',
  async (line) => {
    using desk = new Desk();
    desk.seed();
    const said = 'ipvlane: standard output cannot be written: no space left on the device (ENOSPC)';
    const full = await desk.ipvlane(line.split(' '), ['sh', '-c', 'exec "$@" > /dev/full', 'sh']);
    expect(full).toEqual({ exitCode: 3, stdout: '', stderr: said });
    const read = await desk.ipvlane(line.split(' '), ['sh', '-c', '"$@" | true', 'sh']);
    expect(read).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  },
);

test.each([
  // Without a path it is the folder that one stands in, here an empty one.
  { line: 'run', says: '. holds no .yaml, .yml or .json file' },
  { line: 'run nowhere', says: 'nowhere does not exist' },
  { line: 'report', says: '. holds no run' },
  { line: 'compare seed --engines x', says: '`x` is no engine. There are ipvlane, ' },
  { line: 'run seed --memory lots', says: 'it must be a whole number above 0' },
])('`ipvlane $line` ends with 2 and says what is missing', async ({ line, says }) => {
  using desk = new Desk();
  const { exitCode, stderr } = await desk.ipvlane(line.split(' '));
  expect(stderr).toContain(says);
  expect(exitCode).toBe(2);
});
