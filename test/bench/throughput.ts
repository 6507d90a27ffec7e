/**
 * Unlimited TCP through the dataplane and past it: on the machine's own kernel (native-throughput.ts), and by turns in one run of
 * User-mode Linux on the real clock. "Past it" are there two pods that the dataplane does not know: no fq, no clsact, no
 * program on their slaves. This kernel interprets the programs.
 */
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import { flowOf, planOf, podOf } from '../lab/plans.ts';
import { cannotRun, runInUml } from '../lab/run-in-uml.ts';
import { median, type Figure } from './figure.ts';
import { nativeThroughput } from './native-throughput.ts';

const ROUNDS = 7;
const SECONDS = 3;

export async function throughput(): Promise<Figure[]> {
  return [...(await nativeThroughput()), ...(await throughputInUml())];
}

async function throughputInUml(): Promise<Figure[]> {
  const what = 'unlimited TCP in UML (no JIT), dataplane and fq of none at all';
  const bar = { least: 95 };
  if (cannotRun !== null) return [{ what, value: null, unit: '%', bar, note: cannotRun }];
  const withIt = [podOf(1, 'with-a', 'n1'), podOf(2, 'with-b', 'n1')] as const;
  const bare = { enforced: false };
  const without = [podOf(3, 'bare-a', 'n1', bare), podOf(4, 'bare-b', 'n1', bare)] as const;
  // a b, b a, a b: what drifts meets both alike.
  const order = Array.from({ length: ROUNDS }, (_, i) =>
    i % 2 === 0 ? ([withIt, without] as const) : ([without, withIt] as const),
  ).flat();
  const flows = order.map((pods, i) => flowOf(i + 1, pods[0], pods[1], { durationNs: SECONDS * 1e9 }));
  const steps = flows.map((flow) => ({ kind: 'traffic' as const, flows: [flow], expect: [] }));
  const run = await runInUml(planOf({ pods: [...withIt, ...without], steps }));
  const measurement = createMeasurement();
  for (const record of run.records) measurement.add(record);
  const goodput = new Map(
    measurement.result({ bootMs: null }).flows.map((flow) => [flow.flow_id, flow.goodput_bps ?? NaN]),
  );
  const rates = order.map((pods, i) => ({ ours: pods === withIt, mbps: (goodput.get(i + 1) ?? NaN) / 1e6 }));
  const ratios = Array.from({ length: ROUNDS }, (_, i) => {
    const pair = rates.slice(2 * i, 2 * i + 2);
    return ((pair.find(({ ours }) => ours)?.mbps ?? NaN) / (pair.find(({ ours }) => !ours)?.mbps ?? NaN)) * 100;
  });
  const rate = (ours: boolean) => median(rates.filter((one) => one.ours === ours).map(({ mbps }) => mbps));
  return [
    { what, value: median(ratios), unit: '%', bar, note: `median of ${ROUNDS} pairs` },
    {
      what: 'unlimited TCP in UML',
      value: rate(true),
      unit: 'Mbit/s',
      bar: null,
      peer: { name: 'no dataplane', value: rate(false), source: 'measured' },
    },
  ];
}
