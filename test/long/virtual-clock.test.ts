/**
 * Virtual time is exact, repeatable to the byte and does not care how busy the machine is: in a stock kernel under QEMU,
 * and in the User-mode Linux that `kernels build` makes here first.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../sim/measure/result.ts';
import { COMMAND, Desk, REPOSITORY } from '../cli/ipvlane.ts';

const KERNELS = ['uml-virtual', 'debian:6.12'] as const;

/** How long a flow at each rate lasts: wall time goes with the bytes, precision with the packets (two frames of 1M in 29 s: 0.08 %). */
const SECONDS = { '1M': 30, '10M': 10, '100M': 5, '1G': 2, '10G': 2 } as const;

beforeAll(async () => {
  for (const words of [
    ['build', 'uml-virtual'],
    ['pull', 'debian:6.12'],
  ])
    await execa(COMMAND[0], [COMMAND[1], 'kernels', ...words], { timeout: 1_100_000 });
}, 1_200_000);

interface Ran {
  readonly exitCode: number | undefined;
  readonly result: Result;
  readonly trace: string;
}

/** How long a run may take on the wall clock before it is given up, ms. */
const ROOM_MS = 500_000;

async function run(
  desk: Desk,
  scenario: string,
  kernel: string,
  { more = [], program = COMMAND[1] }: { readonly more?: readonly string[]; readonly program?: string } = {},
): Promise<Ran> {
  const words = ['run', scenario, '--kernel', kernel, '--clock', 'virtual', '--json', '--out', 'out', ...more];
  const { exitCode, stdout, stderr } = await execa(COMMAND[0], [program, ...words], {
    cwd: desk.path,
    reject: false,
    timeout: ROOM_MS,
  });
  expect(stdout, stderr).not.toBe('');
  const trace = readFileSync(join(desk.path, 'out/trace.ndjson'), 'utf8');
  return { exitCode, result: JSON.parse(stdout) as Result, trace };
}

/** The command of a copy of this package, in a folder with another name. */
function copied(desk: Desk): string {
  const folder = join(desk.path, 'somewhere else');
  for (const name of ['dist', 'package.json']) cpSync(join(REPOSITORY, name), join(folder, name), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'dist/ipvlane.js');
}

/** Does it while a busy loop runs on every processor. */
async function besideBusyLoops<T>(work: () => Promise<T>): Promise<T> {
  const loops: ChildProcess[] = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  try {
    return await work();
  } finally {
    for (const loop of loops) loop.kill('SIGKILL');
  }
}

const CLUSTER = `
  manifests: [ client.yaml, deployment.yaml, spiderippool.yaml, spidermultusconfig.yaml ]
  nodes:
  - { name: 10-20-1-230, interfaces: [ { name: ens192, addresses: [ 172.51.0.230/16 ] } ] }
  - { name: 10-20-1-220, interfaces: [ { name: ens192, addresses: [ 172.51.0.220/16 ] } ] }
  hosts:
  - { name: outside, addresses: [ 172.51.200.1/16 ] }`;

const scenario = (name: string, timeline: string): string => `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: ${name} }
spec:${CLUSTER}
  underlay: { rate: 40G, delay: 100us }
  timeline:
${timeline}
`;

/** TCP and UDP, drops by a full queue and by a policy that comes and goes. */
const EVERYTHING = scenario(
  'everything',
  `
  - traffic: [ { from: "test[0]", to: "test[1]", duration: 2s, streams: 3, ping: true } ]
  - traffic: [ { from: "test[1]", to: "host:outside", protocol: UDP, rate: 120M, duration: 2s } ]
  - apply: [ networkpolicy.yaml ]
  - probe: [ { from: test, to: [ test, client, "host:outside" ], ports: [ TCP/80, UDP/53, ICMP ], expect: denied } ]
    timeout: 200ms
  - delete: [ default/test-ipvlan ]
  - traffic: [ { from: client, to: "test[0]", duration: 1s } ]
  - probe: [ { from: test, to: "host:outside", port: TCP/80, expect: allowed } ]`,
);

describe.each(KERNELS)('%s under a virtual clock', (kernel) => {
  it('gives the same trace byte for byte beside a busy loop on every processor, by a package that lies elsewhere', async () => {
    using desk = new Desk();
    desk.seed();
    desk.write('seed/scenario.yaml', EVERYTHING);
    const first = await run(desk, 'seed/scenario.yaml', kernel);
    const second = await besideBusyLoops(() => run(desk, 'seed/scenario.yaml', kernel, { program: copied(desk) }));
    expect(first.trace).toMatch(/"type":"end".*"completed"/);
    expect(first.trace).toContain('POLICY_DENIED');
    expect(second.trace === first.trace, firstDifference(first.trace, second.trace)).toBe(true);
  });

  it('gives another run for another seed', async () => {
    using desk = seedsDesk();
    const [first, other] = [await run(desk, SEEDS, kernel), await run(desk, SEEDS, kernel, { more: ['--seed', '7'] })];
    expect([first, other].map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect([first, other].map(({ result }) => result.kernel.seed)).toEqual([undefined, 7]);
    // The first record tells of the seed; the others of what it changed.
    expect(afterFirstLine(other.trace)).not.toBe(afterFirstLine(first.trace));
  });

  // On a processor of a nanosecond an instruction more than that is bound by the processor.
  const rates = ['1M', '10M', '100M', ...(kernel === 'uml-virtual' ? (['1G', '10G'] as const) : [])] as const;
  it.each(rates)('holds a limit of %s within 0.2 per cent', async (rate) => {
    using desk = new Desk();
    desk.seed();
    const deployment = readFileSync(join(desk.path, 'seed/deployment.yaml'), 'utf8');
    desk.write('seed/deployment.yaml', deployment.replaceAll(/(bandwidth"?: *)"?100M"?/g, `$1"${rate}"`));
    const flow = `[ { from: "test[0]", to: "test[1]", duration: ${SECONDS[rate]}s } ]`;
    desk.write('seed/scenario.yaml', scenario('rate', `  - traffic: ${flow}\n    expect: [ error_pct within 0.2 ]`));
    const { exitCode, result } = await run(desk, 'seed/scenario.yaml', kernel);
    expect(result.flows[0]?.configured_bps).toBe(Number(rate.slice(0, -1)) * (rate.endsWith('G') ? 1e9 : 1e6));
    expect(Math.abs(result.flows[0]?.error_pct ?? NaN)).toBeLessThanOrEqual(0.2);
    expect(exitCode).toBe(0);
  });

  it('passes an idle hour without waiting for it', async () => {
    using desk = new Desk();
    desk.seed();
    const probe = '  - probe: [ { from: test, to: client, port: ICMP, expect: allowed } ]';
    desk.write('seed/scenario.yaml', scenario('hour', `${probe}\n  - sleep: 3600s\n${probe}`));
    // The run is ended after ROOM_MS of wall time, a seventh of the hour: however busy the machine, it did not wait.
    const { exitCode, trace } = await run(desk, 'seed/scenario.yaml', kernel);
    expect(exitCode).toBe(0);
    expect((JSON.parse(trace.trim().split('\n').at(-1) ?? '') as { t: number }).t).toBeGreaterThan(3600e9);
  });
});

it('a seed gives the same run again', async () => {
  using desk = seedsDesk();
  const [one, again] = [
    await run(desk, SEEDS, 'uml-virtual', { more: ['--seed', '7'] }),
    await run(desk, SEEDS, 'uml-virtual', { more: ['--seed', '7'] }),
  ];
  expect(again.trace === one.trace, firstDifference(one.trace, again.trace)).toBe(true);
});

const SEEDS = 'seed/scenario.yaml';

function seedsDesk(): Desk {
  const desk = new Desk();
  desk.seed();
  const flow = '[ { from: "test[0]", to: "test[1]", duration: 1s, streams: 3 } ]';
  desk.write(SEEDS, scenario('seeds', `  - traffic: ${flow}`));
  return desk;
}

function afterFirstLine(trace: string): string {
  return trace.slice(trace.indexOf('\n'));
}

function firstDifference(a: string, b: string): string {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const at = left.findIndex((line, index) => line !== right[index]);
  return `line ${at + 1}:\n${left[at]?.slice(0, 400)}\n${right[at]?.slice(0, 400)}`;
}
