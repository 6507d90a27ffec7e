/**
 * Our own traffic generator beside iperf3, in one run of User-mode Linux on the real clock: ratios, since the machine's
 * other work slows both. `npm run bench:traffic`.
 */
import type { FlowPlan } from '../../sim/plan/plan.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import { flowOf, planOf, podOf } from '../lab/plans.ts';
import { runInUml } from '../lab/run-in-uml.ts';

const SECONDS = 5;

const limits = (egressBps: number | null) => ({ limits: { ingressBps: null, egressBps } });
const receiver = podOf(1, 'receiver', 'n1');
const free = podOf(2, 'free', 'n1', limits(null));
const at10M = podOf(3, 'ten', 'n1', limits(10e6));
const at100M = podOf(4, 'hundred', 'n1', limits(100e6));

interface Row {
  readonly name: string;
  readonly from: typeof free;
  readonly parts: Partial<FlowPlan>;
  readonly of: (flow: FlowResult) => number | null;
  readonly unit: string;
}

const udp = (offeredBps: number): Partial<FlowPlan> => ({ protocol: 'UDP', offeredBps, datagramBytes: 1400 });
const datagrams = ({ goodput_bps }: FlowResult): number | null => goodput_bps && goodput_bps / (8 * 1400);
const wire = ({ wire_bps }: FlowResult): number | null => wire_bps && wire_bps / 1e6;
const limited = (configuredBps: number): Partial<FlowPlan> => ({ configuredBps, configuredBy: 'egress' });

const ROWS: readonly Row[] = [
  { name: 'UDP, 20M offered: delivered', from: free, parts: udp(20e6), of: datagrams, unit: 'datagrams/s' },
  { name: 'UDP, 50M offered: delivered', from: free, parts: udp(50e6), of: datagrams, unit: 'datagrams/s' },
  { name: 'UDP, 400M offered: delivered', from: free, parts: udp(400e6), of: datagrams, unit: 'datagrams/s' },
  { name: 'TCP, unlimited: wire', from: free, parts: {}, of: wire, unit: 'Mbit/s' },
  { name: 'TCP, limit 10M: wire', from: at10M, parts: limited(10e6), of: wire, unit: 'Mbit/s' },
  { name: 'TCP, limit 100M: wire', from: at100M, parts: limited(100e6), of: wire, unit: 'Mbit/s' },
];
const GENERATORS = ['ipvlane', 'iperf3'] as const;

const flows = ROWS.flatMap(({ from, parts }, row) =>
  GENERATORS.map((generator, i) =>
    flowOf(2 * row + i + 1, from, receiver, { durationNs: SECONDS * 1e9, generator, ...parts }),
  ),
);
const steps = flows.map((flow) => ({ kind: 'traffic' as const, flows: [flow], expect: [] }));
const run = await runInUml(planOf({ pods: [receiver, free, at10M, at100M], steps }));
const measurement = createMeasurement();
for (const record of run.records) measurement.add(record);
const results = new Map(measurement.result({ bootMs: null }).flows.map((flow) => [flow.flow_id, flow]));

const lines = ROWS.map(({ name, of, unit }, row) => {
  const [ours, theirs] = GENERATORS.map((_, i) => {
    const result = results.get(2 * row + i + 1);
    return result === undefined ? null : of(result);
  });
  const text = (value: number | null | undefined): string => (value == null ? '-' : value.toFixed(1)).padStart(10);
  const ratio = ours != null && theirs != null && theirs > 0 ? (ours / theirs).toFixed(2) : '-';
  return `${name.padEnd(32)}${text(ours)}${text(theirs)} ${unit.padEnd(12)}${ratio.padStart(7)}`;
});
process.stdout.write(
  `${''.padEnd(32)}${'ipvlane'.padStart(10)}${'iperf3'.padStart(10)} ${''.padEnd(12)}  ratio\n${lines.join('\n')}\n`,
);
