import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execa } from 'execa';
import { PROGRAM_NAMES } from '../../dataplane/bpf/program-name.ts';
import { OurFolder } from '../../sim/cli/output/our-folder.ts';
import { runOnKernel } from '../../sim/cli/matrix-kernel.ts';
import { descendants } from '../../sim/kernel/machine/process-tree.ts';
import { KERNEL_FEATURES, tooOldFor } from '../../sim/matrix/kernel-features.ts';
import type { Cell } from '../../sim/matrix/matrix.ts';
import { qemuKernel } from '../../sim/kernel/qemu/qemu.ts';
import { umlKernel, umlVirtualKernel } from '../../sim/kernel/uml/uml.ts';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import { COMMAND, Desk, REPOSITORY } from '../cli/ipvlane.ts';
import { flowOf, party, planOf, podOf } from '../lab/plans.ts';
import { skipped } from '../report/skipped.ts';
import { provokedKernel } from '../kernel/provoked-kernel.ts';
import { living } from '../kernel/traces.ts';
import { notBuilt } from '../kernel/not-built.ts';

const A = podOf(1, 'a', 'n1');
const B = podOf(2, 'b', 'n2');
const PODS = [A, B];

/** Two pods come up, and nothing happens for a while. */
function scenario(name: string, sleepNs: number) {
  const plan = planOf({
    pods: PODS,
    steps: [
      { kind: 'wait', pods: PODS.map(party), timeoutNs: 30e9 },
      { kind: 'sleep', durationNs: sleepNs },
    ],
  });
  return { name, plan: { ...plan, scenario: { ...plan.scenario, name } }, files: [] };
}

/** A flow of which something is expected that no flow keeps. */
function unkept(name: string) {
  const plan = planOf({
    pods: PODS,
    steps: [
      { kind: 'wait', pods: PODS.map(party), timeoutNs: 30e9 },
      {
        kind: 'traffic',
        flows: [flowOf(1, A, B)],
        expect: [
          {
            text: 'wire_bps <= 1',
            position: null,
            flowId: null,
            metric: 'wire_bps',
            dropReason: null,
            comparison: { op: '<=', value: { of: 'number', value: 1 } },
          },
        ],
      },
    ],
  });
  return { name, plan: { ...plan, scenario: { ...plan.scenario, name } }, files: [] };
}

/** All that we need is in every kernel we support, so the one that lacks something lacks what none has. */
const TOMORROWS = {
  name: 'a feature of tomorrow',
  since: '99.0',
  programs: [],
  when: ({ scenario }: { readonly scenario: { readonly name: string } }) => scenario.name === 'needs-tomorrow',
};

describe('scenarios on a kernel to which things happen', () => {
  const out = mkdtempSync(join(tmpdir(), 'ipvlane-matrix-'));
  const said: string[] = [];
  let cells: readonly Cell[];
  const cell = (name: string): Cell | undefined => cells.find((one) => one.scenario === name);

  beforeAll(async () => {
    const kernel = provokedKernel(umlKernel({ shown: [REPOSITORY] }));
    const names = [
      'calm',
      'splats',
      'calm-too',
      'needs-tomorrow',
      'misses',
      'panics',
      'hangs',
      'is-killed',
      'calm-again',
    ];
    // Long enough for what happens to happen within it, on a busy machine too; but for the warning it is the end of them.
    const lasts = (name: string): number => (name.startsWith('calm') ? 1e6 : name === 'splats' ? 20e9 : 60e9);
    const scenarios = names.map((name) => (name === 'misses' ? unkept(name) : scenario(name, lasts(name))));
    cells = await runOnKernel({ name: 'uml', kernel, clock: 'real' }, scenarios, {
      memoryMiB: 1024,
      out: OurFolder.at(out),
      stop: new AbortController().signal,
      commandLine: ['matrix'],
      now: () => new Date(),
      features: [...KERNEL_FEATURES, TOMORROWS],
      stallLimits: { silenceMs: 8_000, labNs: 60e9 },
      onProgress: (words) => said.push(words),
    });
  });
  afterAll(() => rmSync(out, { recursive: true }));

  test('are told apart by how they ended, and the others go on', () => {
    expect(cells.map(({ scenario, status }) => [scenario, status])).toEqual([
      ['calm', 'pass'],
      ['splats', 'splat'],
      ['calm-too', 'pass'],
      ['needs-tomorrow', 'skip'],
      ['misses', 'fail'],
      ['panics', 'panic'],
      ['hangs', 'timeout'],
      ['is-killed', 'error'],
      ['calm-again', 'pass'],
    ]);
  });

  test('share a boot until one of them ends it', () => {
    const boots = said.filter((words) => words.startsWith('booting'));
    expect(boots).toEqual([
      'booting, for calm, splats, calm-too, needs-tomorrow, misses, panics, hangs, is-killed, calm-again',
      'booting, for hangs, is-killed, calm-again',
      'booting, for is-killed, calm-again',
      'booting, for calm-again',
    ]);
  });

  test('a warning of the kernel is quoted, and is no business of the scenario after it', () => {
    expect(cell('splats')?.reason).toMatch(/^WARNING: .*mm\/page_alloc\.c:\d+/);
    expect(cell('splats')?.quote[0]).toBe(cell('splats')?.reason);
    expect(cell('calm-too')?.quote).toEqual([]);
    expect(readFileSync(join(out, cell('splats')?.folder ?? '', 'console.log'), 'utf8')).toContain('cut here');
  });

  test('an expectation that was not met is told, with the number that did not meet it', () => {
    expect(cell('misses')?.reason).toMatch(/^traffic: wire_bps <= 1/);
    const bound = cell('misses')?.measures.find(({ status }) => status === 'fail');
    expect(bound).toMatchObject({ name: 'wire_bps <= 1', unit: 'bit/s' });
    expect(bound?.value).toBeGreaterThan(1);
  });

  test('a kernel that is older than what a scenario needs does not run it, and says what that is', () => {
    expect(cell('needs-tomorrow')).toMatchObject({
      reason: 'needs a feature of tomorrow (Linux 99.0)',
      measures: [],
      quote: [],
      release: expect.stringMatching(/^\d+\.\d+/) as unknown,
    });
  });

  test('a panic is quoted', () => {
    expect(cell('panics')?.reason).toBe('Kernel panic - not syncing: sysrq triggered crash');
  });

  test('a time-out says what was done last', () => {
    expect(cell('hangs')?.reason).toMatch(
      /nothing was heard of the lab for 8 s( in which it had a processor \(\d+ s in all\))?; the last was that step 2\/2 `sleep` started/,
    );
  });

  test('a killed guest is told with the signal', () => {
    expect(cell('is-killed')?.reason).toMatch(/SIGKILL/);
  });

  test('each has its trace, and its report', () => {
    for (const { folder } of cells.filter(({ status }) => status !== 'skip')) {
      expect(existsSync(join(out, folder, 'trace.ndjson'))).toBe(true);
      expect(existsSync(join(out, folder, 'report.html'))).toBe(true);
    }
  });

  test('a cell that passed has the numbers of the loaded programs', () => {
    expect(cell('calm')?.measures.map(({ name }) => name)).toEqual([
      '2 pods are ready',
      ...PROGRAM_NAMES.map((name) => `${name} verified`),
      'object loaded in',
    ]);
  });
});

// It is built without CONFIG_IPVLAN_L3S, which every kernel since 4.9 can have.
test.skipIf(notBuilt)(
  `what a kernel of its age could have and lacks is a failure, no skip${skipped(notBuilt)}`,
  async () => {
    const out = mkdtempSync(join(tmpdir(), 'ipvlane-matrix-'));
    try {
      const { name, plan, files } = scenario('l3s', 1e6);
      const asL3s = (pod: typeof A) => ({
        ...pod,
        interfaces: pod.interfaces.map((one) => ({ ...one, mode: 'l3s' as const })),
      });
      const lacking = { name, files, plan: { ...plan, pods: plan.pods.map(asL3s) } };
      const on = { name: 'uml-virtual', kernel: umlVirtualKernel(builtUmlVirtual), clock: 'virtual' as const };
      const [cell] = await runOnKernel(on, [lacking], {
        memoryMiB: 768,
        out: OurFolder.at(out),
        stop: new AbortController().signal,
        commandLine: ['matrix'],
        now: () => new Date(),
        onProgress: () => undefined,
      });
      expect(cell?.status).toBe('fail');
      expect(cell?.reason).toMatch(/not ready: default\/[ab]: .*ipvlan/);
      // The same scenario is skipped where a kernel is older.
      expect(tooOldFor(lacking.plan, '4.8.0').map((feature) => feature.name)).toContain('ipvlan mode l3s');
      expect(tooOldFor(lacking.plan, cell?.release ?? '')).toEqual([]);
    } finally {
      rmSync(out, { recursive: true });
    }
  },
);

test('a kernel built without what a lab needs has failed, with the options that it lacks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-matrix-'));
  try {
    const configFile = join(folder, 'config');
    writeFileSync(configFile, 'CONFIG_NET_NS=y\n');
    const image = {
      name: 'qemu:own',
      vmlinuz: join(folder, 'vmlinuz'),
      release: '6.9.1',
      modulesFolder: folder,
      configFile,
    };
    const kernel = qemuKernel('qemu:own', { here: () => image, find: () => Promise.resolve(image) });
    const [cell] = await runOnKernel({ name: 'qemu:own', kernel, clock: 'virtual' }, [scenario('calm', 1e6)], {
      memoryMiB: 768,
      out: OurFolder.at(folder),
      stop: new AbortController().signal,
      commandLine: ['matrix'],
      now: () => new Date(),
      onProgress: () => undefined,
    });
    expect(cell).toMatchObject({
      status: 'fail',
      reason: expect.stringMatching(/ipvlan: CONFIG_IPVLAN is not set; .*fq: CONFIG_NET_SCH_FQ is not set/) as string,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('Ctrl-C ends the guests, and what was run until then is a matrix', async () => {
  using desk = new Desk();
  desk.seed();
  const [node, ipvlane] = COMMAND;
  const words = [ipvlane, 'matrix', 'seed', '--kernels', 'uml', '--out', 'out'];
  const matrix = execa(node, words, { cwd: desk.path, reject: false, stdin: 'ignore', timeout: 120_000 });
  await new Promise<void>((resolve) => {
    let said = '';
    matrix.stderr.on('data', (text: Buffer) => {
      said += text.toString('utf8');
      if (said.includes('is up after')) resolve();
    });
  });
  const pids = descendants(matrix.pid ?? 0);
  expect(pids.length).toBeGreaterThan(2);
  matrix.kill('SIGINT');
  expect((await matrix).exitCode).toBe(130);
  expect(living(pids)).toEqual([]);
  expect(JSON.parse(readFileSync(join(desk.path, 'out/unfinished/matrix.json'), 'utf8'))).toMatchObject({ cells: [] });
});
