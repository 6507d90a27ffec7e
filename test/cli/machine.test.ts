/** What the machine lacks is said with the line that brings it. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Desk } from './ipvlane.ts';
import { noOwnMounts, OWN_MOUNTS } from './own-mounts.ts';
import { skipped } from '../report/skipped.ts';

const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** What a run that came to its end leaves beside its files. */
const OURS = { schema: 'ipvlane.files/v1', completed: true, folders: [] };

/** Programs are also looked for outside of PATH, so one is hidden by a file that nobody may execute. */
function without(program: string): string[] {
  const script = 'for file in $0; do mount --bind /dev/null "$file" || exit 99; done; exec "$@"';
  const files = FOLDERS.map((folder) => `${folder}/${program}`).filter((file) => existsSync(file));
  return [...OWN_MOUNTS, 'sh', '-c', script, files.join(' ')];
}

test('a kernel that does not exist ends with 2, a suggestion, and the earlier run untouched', async () => {
  using desk = new Desk();
  desk.seed();
  desk.write('out/result.json', 'of an earlier run');
  const { exitCode, stderr } = await desk.ipvlane(['run', 'seed', '--kernel', 'umll', '--out', 'out']);
  expect(stderr).toContain('error[E514]: there is no kernel `umll`\n  help: did you mean `uml`?');
  expect({ exitCode, out: desk.list('out') }).toEqual({ exitCode: 2, out: ['result.json'] });
});

test.each([
  { words: ['pull', 'debain:6.12'], help: 'did you mean `debian:6.12`?' },
  { words: ['rm', 'debian:6.1rt'], help: 'did you mean `debian:6.1-rt`?' },
  { words: ['rm', 'uml-virtul'], help: 'did you mean `uml-virtual`?' },
  { words: ['pull', 'uml-virtual'], help: 'ipvlane kernels build uml-virtual: it is built here' },
])('`kernels $words` is told the nearest name', async ({ words, help }) => {
  using desk = new Desk();
  const { exitCode, stderr } = await desk.ipvlane(['kernels', ...words]);
  expect(stderr).toContain(`error[E514]: the catalog has no kernel \`${words[1] ?? ''}\`\n  help: ${help}\n`);
  expect(exitCode).toBe(2);
});

describe.skipIf(noOwnMounts)(`a machine that lacks a program${skipped(noOwnMounts)}`, () => {
  test.each([
    { program: 'linux.uml', debian: 'user-mode-linux', kernel: 'uml' },
    { program: 'iperf3', debian: 'iperf3', kernel: 'uml' },
    { program: 'iperf3', debian: 'iperf3', kernel: 'auto' },
    { program: 'ping', debian: 'iputils-ping', kernel: 'auto' },
  ])(
    'without $program, `run --kernel $kernel` ends with 3 and the apt-get line',
    async ({ program, debian, kernel }) => {
      using desk = new Desk();
      desk.seed();
      desk.write('out/result.json', 'of an earlier run');
      desk.write('out/ipvlane-files.json', JSON.stringify({ ...OURS, files: ['result.json'] }));
      const { exitCode, stderr } = await desk.ipvlane(
        ['run', 'seed', '--kernel', kernel, '--out', 'out'],
        without(program),
      );
      expect(stderr).toContain(`${program}: not found`);
      expect(stderr).toContain(`  help: sudo apt-get install -y --no-install-recommends ${debian}`);
      const out = ['ipvlane-files.json', 'result.json'];
      expect({ exitCode, out: desk.list('out') }).toEqual({ exitCode: 3, out });
    },
  );

  test('without iperf3, `doctor` says it for each kernel and ends with 3', async () => {
    using desk = new Desk();
    const { exitCode, stdout } = await desk.ipvlane(['doctor'], without('iperf3'));
    const sections = stdout.split(/^(?=\S)/m);
    for (const kernel of ['host', 'uml']) {
      const section = sections.find((each) => each.startsWith(`${kernel} `) || each.startsWith(`${kernel}:`));
      expect(section).toMatch(/✗ iperf3: not found\n {6}sudo apt-get install/);
    }
    expect(stdout).toContain('no kernel can be used yet; the lines above fix that');
    expect(exitCode).toBe(3);
  });
});
