/** Matrices of stock kernels in QEMU beside User-mode Linux, by the built command. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { execa } from 'execa';
import { PROGRAM_NAMES } from '../../dataplane/bpf/program-name.ts';
import type { Matrix } from '../../sim/matrix/matrix.ts';
import { COMMAND, Desk } from '../cli/ipvlane.ts';

/** The seed's pods, and what may go wrong in a few seconds of them. */
function scenarios(desk: Desk): void {
  desk.seed();
  const head = readFileSync(join(desk.path, 'seed/scenario.yaml'), 'utf8').replace(
    / {2}timeline:[^]*$/,
    '  timeline:\n',
  );
  // A policy that no step applies is in force from the start, so it lies only where it is to be applied.
  const files = ['deployment.yaml', 'client.yaml', 'spiderippool.yaml', 'spidermultusconfig.yaml'];
  const contents = { shaped: files, policed: [...files, 'networkpolicy.yaml'] };
  for (const [name, held] of Object.entries(contents))
    for (const file of held) desk.write(join(name, file), readFileSync(join(desk.path, 'seed', file), 'utf8'));
  const named = (name: string): string => head.replace('name: seed', `name: ${name}`);
  desk.write(
    'shaped/scenario.yaml',
    `${named('shaped')}  - wait: { timeout: 60s }
  - name: A sends to B
    traffic: [ { from: "test[0]", to: "test[1]", duration: 2s, ping: true } ]
    expect: [ drops.EDT_HORIZON == 0, wire_bps <= 1.5 limit ]
`,
  );
  desk.write(
    'policed/scenario.yaml',
    `${named('policed')}  - wait: { timeout: 60s }
  - name: everybody reaches everybody
    probe: [ { from: test, to: [ test, client ], ports: [ TCP/80, ICMP ], expect: allowed } ]
  - apply: [ networkpolicy.yaml ]
  - name: nothing leaves the test pods
    probe: [ { from: test, to: [ test, client ], ports: [ TCP/80, ICMP ], expect: denied } ]
`,
  );
}

async function matrix(desk: Desk, ...words: readonly string[]): Promise<Matrix> {
  const [node, ipvlane] = COMMAND;
  const { stdout, stderr, exitCode } = await execa(node, [ipvlane, ...words, '--json'], {
    cwd: desk.path,
    reject: false,
    stdin: 'ignore',
    timeout: 1_000_000,
  });
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Matrix;
}

test.concurrent('two scenarios on three kernels, each kernel booted once', async () => {
  using desk = new Desk();
  scenarios(desk);
  const kernels = 'uml,debian:5.10,debian:6.12';
  const { cells } = await matrix(desk, 'matrix', 'shaped', 'policed', '--kernels', kernels, '--out', 'out');
  expect(cells.map(({ kernel, scenario, status }) => `${kernel} ${scenario} ${status}`)).toEqual(
    kernels.split(',').flatMap((kernel) => ['shaped', 'policed'].map((scenario) => `${kernel} ${scenario} pass`)),
  );
  const verified = (kernel: string) =>
    cells
      .find((cell) => cell.kernel === kernel)
      ?.measures.filter(({ name }) => name.endsWith(' verified'))
      .map(({ status }) => status);
  // 5.10 does not tell how many instructions its verifier walked through; the newer ones must.
  expect(verified('debian:5.10')).toEqual(PROGRAM_NAMES.map(() => 'skip'));
  expect(verified('debian:6.12')).toEqual(PROGRAM_NAMES.map(() => null));
  expect(verified('uml')).toEqual(PROGRAM_NAMES.map(() => null));
});

test.concurrent(
  'under a virtual clock, shards on other machines and their merger are byte for byte what one run is',
  async () => {
    using desk = new Desk();
    scenarios(desk);
    const words = ['matrix', 'shaped', 'policed', '--kernels', 'debian:6.12', '--clock', 'virtual'];
    await matrix(desk, ...words, '--out', 'one');
    await matrix(desk, ...words, '--shard', '1/2', '--out', 'a');
    await matrix(desk, ...words, '--shard', '2/2', '--out', 'b');
    await matrix(desk, 'merge', 'a', 'b', '--out', 'merged');
    for (const file of ['matrix.json', 'report.html', 'summary.md', 'junit.xml'])
      expect(readFileSync(join(desk.path, 'merged', file), 'utf8')).toBe(
        readFileSync(join(desk.path, 'one', file), 'utf8'),
      );
  },
);
