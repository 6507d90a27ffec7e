import { expect, it } from 'vitest';
import type { ExpectationPlan, FlowPlan, LimitOnWay } from '../../plan/plan.ts';
import { CLIENT, flow, POD_A, POD_B, seedPlan } from '../../trace/fixtures/seed-plan.ts';
import type { FlowTotals, TraceRecord } from '../../trace/record.ts';
import { syntheticTrace } from '../fixtures/synthetic-trace.ts';
import { createMeasurement } from '../observing/reduce.ts';
import type { Check } from '../result.ts';

const GOODPUT = 1448 / 1514;

type Said = Partial<Omit<ExpectationPlan, 'comparison'>> & Pick<ExpectationPlan, 'metric' | 'comparison'>;
const expected = (said: Said): ExpectationPlan => ({
  text: said.metric,
  position: null,
  flowId: null,
  dropReason: null,
  ...said,
});
const within = (value: ExpectationPlan['comparison']['value'], tolerancePct = 0.5): ExpectationPlan['comparison'] => ({
  op: 'within',
  tolerancePct,
  value,
});
const number = (value: number) => ({ of: 'number', value }) as const;
const reference = (of: 'limit' | 'mean limit' | 'predicted') => ({ of, times: 1 }) as const;

/** @param bytes of a flow on the wire by then, seconds since its first byte */
function checksOf(
  flows: readonly FlowPlan[],
  expect: readonly ExpectationPlan[],
  bytes: (flow: FlowPlan, s: number) => number,
  change: (records: readonly TraceRecord[]) => readonly TraceRecord[] = (records) => records,
): readonly Check[] {
  const step = { index: 0, name: 'traffic', position: null, kind: 'traffic' as const, flows, expect };
  const measurement = createMeasurement();
  const records = syntheticTrace({ plan: { ...seedPlan(), timeline: [step] }, wireBytes: bytes });
  for (const record of change(records)) measurement.add(record);
  return measurement.result({ bootMs: null }).checks;
}

const SHARED: LimitOnWay = { at: `ingress of ${POD_B}`, by: 'ingress', bps: 60e6 };
const toB = (flowId: number, from: string): FlowPlan => ({
  ...flow(flowId, from, POD_B),
  configuredBps: 40e6,
  predictedGoodputBps: 30e6 * GOODPUT,
  efficiency: GOODPUT,
  limits: [{ at: `egress of ${from}`, by: 'egress', bps: 40e6 }, SHARED],
  share: { bps: 30e6, at: SHARED.at },
});
const steady = ({ flowId }: FlowPlan, s: number): number => ((flowId === 1 ? 25e6 : 35e6) / 8) * s;

it('adds flows up, and holds them to the limit that all of them pass', () => {
  const sum = (metric: 'wire_bps' | 'goodput_bps', of: 'limit' | 'predicted') =>
    expected({ metric, sumOf: [1, 2], comparison: within(reference(of)) });
  const checks = checksOf(
    [toB(1, POD_A), toB(2, CLIENT)],
    [sum('wire_bps', 'limit'), sum('goodput_bps', 'predicted')],
    steady,
  );
  expect(checks).toHaveLength(2);
  expect(checks).toMatchObject([
    { status: 'pass', expected: 60e6 },
    { status: 'pass', expected: 60e6 * GOODPUT },
  ]);
  expect(checks[0]!.measured).toBeCloseTo(60e6, -5);
});

it('has no limit of flows that have none in common', () => {
  const apart = { ...toB(2, CLIENT), limits: [{ at: `egress of ${CLIENT}`, by: 'egress', bps: 40e6 } as const] };
  const sum = expected({ metric: 'wire_bps', sumOf: [1, 2], comparison: within(reference('limit')) });
  expect(checksOf([toB(1, POD_A), apart], [sum], steady)).toMatchObject([{ status: 'fail', expected: null }]);
});

/** 100M for two seconds, then 40M. */
const slower = (_: FlowPlan, s: number): number => (100e6 / 8) * Math.min(s, 2) + (40e6 / 8) * Math.max(0, s - 2);
const limited: FlowPlan = {
  ...flow(1, POD_A, POD_B),
  limits: [{ at: `egress of ${POD_A}`, by: 'egress', bps: 100e6 }],
};
const [namespace = '', name = ''] = POD_A.split('/');
const to40 = (records: readonly TraceRecord[]): readonly TraceRecord[] => {
  const t = records.find(({ type }) => type === 'flow-state')!.t + 2e9;
  const times = { t, askedNs: t, compiledNs: t, effectiveNs: t };
  const change = { limitPods: [{ namespace, name, limits: { egressBps: 40e6, ingressBps: null } }] };
  const at = records.findIndex((record) => record.t > t);
  return records.toSpliced(at, 0, { type: 'change', step: 0, what: 'annotate', change, mapUpdates: 1, ...times });
};
const between = (fromS: number, toS: number) => ({ between: { fromNs: fromS * 1e9, toNs: toS * 1e9 } });

it('measures a part of a flow, beside the limits that stood in it', () => {
  const rate = (fromS: number, toS: number) =>
    expected({ metric: 'wire_bps', ...between(fromS, toS), comparison: within(reference('limit'), 2) });
  const checks = checksOf([limited], [rate(1, 1.9), rate(3, 5), rate(1, 3)], slower, to40);
  // Of the middle one half is of each.
  expect(checks).toMatchObject([
    { status: 'pass', expected: 100e6 },
    { status: 'pass', expected: 40e6 },
    { status: 'pass' },
  ]);
  expect(checks[2]!.expected).toBeCloseTo(70e6, -5);
});

it('knows the mean of limits that changed', () => {
  const mean = expected({ metric: 'wire_bps', comparison: within(reference('mean limit'), 1) });
  const [check] = checksOf([limited], [mean], slower, to40);
  // Steady from 1 s to 7.9 s: 1 s of 100M, 5.9 s of 40M.
  expect(check).toMatchObject({ status: 'pass' });
  expect(check!.expected).toBeCloseTo((100e6 + 5.9 * 40e6) / 6.9, -6);
});

it('measures nothing where the flow was over before', () => {
  const late = expected({ metric: 'goodput_bps', ...between(9, 10), comparison: within(number(1), 1) });
  expect(checksOf([limited], [late], slower)).toMatchObject([
    { status: 'fail', measured: null, reason: expect.stringContaining('was not measured') as string },
  ]);
});

const udp: FlowPlan = { ...flow(1, POD_A, POD_B), protocol: 'UDP', datagramBytes: 1400, offeredBps: 10e6 };
const ended = (totals: Partial<FlowTotals>) => (records: readonly TraceRecord[]) =>
  records.map((record): TraceRecord =>
    record.type === 'flow-state' && record.totals !== undefined
      ? { ...record, totals: { ...record.totals, ...totals } }
      : record.type === 'flow' && record.side === 'receiver'
        ? { ...record, bytes: 1400 * 90, lostPackets: 10 }
        : record,
  );

it('tells losses in percent of what was sent, and jitter', () => {
  const checks = checksOf(
    [udp],
    [
      expected({ metric: 'loss_pct', comparison: within(number(12.5)) }),
      expected({ metric: 'loss_pct', ...between(2, 3), comparison: within(number(10)) }),
      expected({ metric: 'lost_packets', ...between(2, 3), comparison: within(number(100)) }),
      expected({ metric: 'jitter_us', comparison: within(number(120)) }),
    ],
    steady,
    ended({ packets: 800, lostPackets: 100, jitterNs: 120_000 }),
  );
  expect(checks.map(({ status, measured }) => [status, measured])).toEqual([
    ['pass', 12.5],
    ['pass', 10],
    ['pass', 100],
    ['pass', 120],
  ]);
});

it('says why there is no jitter', () => {
  const asked = [expected({ metric: 'jitter_us', comparison: within(number(1)) })];
  expect(checksOf([flow(1, POD_A, POD_B)], asked, steady)).toMatchObject([
    { status: 'fail', reason: 'it is of UDP alone, and this is a TCP flow' },
  ]);
});
