import { describe, expect, it } from 'vitest';
import type { ExpectationPlan, FlowPlan, LimitOnWay, UnderlayPlan } from '../../plan/plan.ts';
import { CLIENT, flow, POD_A, POD_B, seedPlan } from '../../trace/fixtures/seed-plan.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { syntheticTrace } from '../fixtures/synthetic-trace.ts';
import { createMeasurement } from '../observing/reduce.ts';
import type { Result } from '../result.ts';

const within: ExpectationPlan = {
  text: 'error_pct within 3',
  position: null,
  flowId: null,
  metric: 'error_pct',
  dropReason: null,
  comparison: { op: 'within', tolerancePct: 3, value: { of: 'number', value: 0 } },
};

function recordsOf(flows: readonly FlowPlan[], wireBps: (flow: FlowPlan) => number): TraceRecord[] {
  const step = { index: 0, name: 'traffic', position: null, kind: 'traffic' as const, flows, expect: [within] };
  const wireBytes = (one: FlowPlan, s: number): number => (wireBps(one) / 8) * s;
  return syntheticTrace({ plan: { ...seedPlan(), timeline: [step] }, wireBytes });
}

function resultOf(records: readonly TraceRecord[]): Result {
  const measurement = createMeasurement();
  for (const record of records) measurement.add(record);
  return measurement.result({ bootMs: null });
}

/** The pod's limits change at moments after the flow began, in seconds. */
function withChanges(
  records: readonly TraceRecord[],
  changes: readonly { s: number; change: object }[],
): TraceRecord[] {
  const begun = records.find((record) => record.type === 'flow-state')!.t;
  return changes.reduce<TraceRecord[]>(
    (all, { s, change }) => {
      const t = Math.round(begun + s * 1e9);
      const at = all.findIndex((record) => record.t > t);
      const times = { t, askedNs: t, compiledNs: t, effectiveNs: t };
      return all.toSpliced(at, 0, { type: 'change', step: 0, what: 'annotate', change, mapUpdates: 1, ...times });
    },
    [...records],
  );
}

const [namespace = '', name = ''] = POD_A.split('/');
const limit = (s: number, egressBps: number | null) => ({
  s,
  change: { limitPods: [{ namespace, name, limits: { egressBps, ingressBps: null } }] },
});

it('is that of the wire where the wire bounds the flows together', () => {
  const wire: LimitOnWay = { at: 'wire to node:b/ens192', by: 'underlay', bps: 60e6 };
  const shared = (id: number, from: string, to: string): FlowPlan => ({
    ...flow(id, from, to),
    configuredBps: 40e6,
    limits: [wire],
    share: { bps: 30e6, at: wire.at },
    efficiency: 1448 / 1514,
  });
  const flows = [shared(1, POD_A, POD_B), shared(2, POD_B, POD_A)];
  const {
    flows: [one, other],
  } = resultOf(recordsOf(flows, ({ flowId }) => (flowId === 1 ? 25e6 : 35e6)));
  expect(one).toMatchObject({ bound_at: wire.at, bound_by: 'limit', predicted_wire_bps: 30e6 });
  expect(one!.error_pct).toBeCloseTo(0, 1);
  expect(other!.error_pct).toBeCloseTo(0, 1);
});

it('of a flow that gets less than it offers beside others is that of its offer', () => {
  const limits: LimitOnWay[] = [{ at: `egress of ${POD_A}`, by: 'egress', bps: 100e6 }];
  const udp = {
    ...flow(1, POD_A, POD_B),
    protocol: 'UDP' as const,
    datagramBytes: 1400,
    offeredBps: 9.7e6,
    offeredWireBps: 10e6,
  };
  const { flows } = resultOf(recordsOf([{ ...udp, limits, share: { bps: 10e6, at: null } }], () => 9.9e6));
  expect(flows[0]!.error_pct).toBeCloseTo(-1, 1);
});

it('of a copy is its own: the sender, whose limit all copies pass at once, sends one stream', () => {
  const limits: LimitOnWay[] = [{ at: `egress of ${POD_A}`, by: 'egress', bps: 10e6 }];
  const group = { address: '239.1.1.1', kind: 'multicast' as const, id: 1, fromInterface: 'eth0', toInterface: 'eth0' };
  const held = { limits, configuredBps: 10e6, efficiency: 1448 / 1514, share: { bps: 10e6, at: limits[0]!.at } };
  const flows = [POD_B, CLIENT].map((to, i) => ({ ...flow(i + 1, POD_A, to), ...held, group }));
  const judged = resultOf(recordsOf(flows, () => 9.9e6)).flows;
  expect(judged).toHaveLength(2);
  for (const { error_pct, wire_bps, flows_behind_limit } of judged) {
    expect(error_pct).toBeCloseTo(-1, 1);
    expect(wire_bps).toBeCloseTo(9.9e6, -5);
    expect(flows_behind_limit).toBe(1);
  }
});

it('is not judged, and never passes, where limits changed too soon after one another', () => {
  const records = recordsOf([flow(1, POD_A, POD_B)], () => 100e6);
  const { checks, flows, verdict } = resultOf(withChanges(records, [limit(3, 50e6), limit(3.2, 100e6)]));
  expect(flows[0]!.unjudged_limits).toBe(1);
  expect(checks[0]).toMatchObject({
    status: 'unjudged',
    reason: expect.stringContaining('one limit stood for less than 400 ms') as string,
  });
  expect(verdict).toBe('unjudged');
});

it('fails all the same where a limit that stood was missed', () => {
  const records = recordsOf([flow(1, POD_A, POD_B)], () => 100e6);
  const { checks } = resultOf(withChanges(records, [limit(3, 50e6), limit(3.2, 80e6)]));
  expect(checks[0]).toMatchObject({ status: 'fail' });
});

describe('of a flow beneath which the wire changes', () => {
  const at = (wireBps: number): LimitOnWay[] => [
    { at: `egress of ${POD_A}`, by: 'egress', bps: 100e6 },
    { at: 'wire from node:10-20-1-230/ens192', by: 'underlay', bps: wireBps },
    { at: 'wire to node:10-20-1-220/ens192', by: 'underlay', bps: wireBps },
    { at: `ingress of ${POD_B}`, by: 'ingress', bps: 100e6 },
  ];
  const planned = { ...flow(1, POD_A, POD_B), limits: at(10e9), efficiency: 1448 / 1514 };

  /** Where the wire changes so many seconds after the flow began; it is sent at a rate that the wire has from then on. */
  function changed(s: number, wire: Partial<UnderlayPlan>, wireBps: (s: number) => number) {
    const underlay = { ...seedPlan().underlay, ...wire };
    const base = { position: null, name: 'a step' };
    const traffic = {
      ...base,
      index: 0,
      kind: 'traffic' as const,
      flows: [planned],
      background: true,
      expect: [within],
    };
    const step = { ...base, index: 1, kind: 'underlay' as const, underlay };
    const plan = { ...seedPlan(), timeline: [traffic, step] };
    const records = syntheticTrace({ plan, stopBeforeStep: 1, wireBytes: (_, t) => wireBps(t) / 8 });
    const begun = records.find((record) => record.type === 'flow-state')!.t;
    const t = Math.round(begun + s * 1e9);
    const index = records.findIndex((record) => record.t > t);
    const states = (['started', 'finished'] as const).map((state) => ({ type: 'step' as const, t, step: 1, state }));
    return resultOf(records.toSpliced(index, 0, ...states));
  }
  const fallsTo = (bps: number) => (t: number) => 100e6 * Math.min(t, 4) + bps * Math.max(0, t - 4);

  it('is that against what the wire has from then on', () => {
    const { flows } = changed(4, { rateBps: 40e6 }, fallsTo(40e6));
    // A sample stands astride the change.
    expect(flows[0]!.error_pct).toBeCloseTo(0, 0);
    // From 1 s to 7.9 s: 3 s of 100M, 3.9 s of 40M.
    expect(flows[0]!.predicted_wire_bps).toBeCloseTo((3 * 100e6 + 3.9 * 40e6) / 6.9, -5);
    expect(changed(4, { rateBps: 40e6 }, fallsTo(50e6)).flows[0]!.error_pct).toBeCloseTo(25, 1);
  });

  it('is that against the link alone that changed, and what is on no way of its changes nothing', () => {
    const links = (of: string) => ({ links: [{ of, down: { rateBps: 40e6 } }] });
    expect(changed(4, links('node:10-20-1-220'), fallsTo(40e6)).flows[0]!.error_pct).toBeCloseTo(0, 0);
    for (const of of ['node:10-20-1-230', 'host:outside']) {
      const [one] = changed(4, links(of), (t) => 100e6 * t).flows;
      expect(one).toMatchObject({ predicted_wire_bps: 100e6, configured_bps: 100e6 });
      expect(one!.error_pct).toBeCloseTo(0, 1);
    }
  });

  it('counts no rate while what was sent before is on a longer way', () => {
    const late = (t: number): number => (t < 4.3 ? 100e6 * t : 430e6 + 40e6 * (t - 4.3));
    const longer = changed(4, { rateBps: 40e6, delayNs: 250e6 }, late);
    expect(longer.flows[0]!.error_pct).toBeCloseTo(0, 1);
    expect(changed(4, { rateBps: 40e6 }, late).flows[0]!.error_pct).toBeGreaterThan(5);
  });
});

it('says whose pod went meanwhile', () => {
  const records = recordsOf([flow(1, POD_A, POD_B)], () => 100e6);
  const { flows, checks } = resultOf(withChanges(records, [{ s: 2, change: { deletePods: [{ namespace, name }] } }]));
  expect(flows[0]!.remark).toBe(`${POD_A} was deleted 2.0 s after the flow began`);
  expect(checks[0]!.reason).toContain('was deleted 2.0 s after');
});

it('predicts the mean over time of the limits that stood, and of a flow that nothing holds what it offers', () => {
  // From 1 s to 7.9 s: half of it each.
  const half = 4.45;
  const goodput = 1448 / 1514;
  const tcp = resultOf(
    withChanges(
      recordsOf([flow(1, POD_A, POD_B)], () => 75e6),
      [limit(half, 50e6)],
    ),
  ).flows[0]!;
  expect(tcp.predicted_wire_bps).toBeCloseTo(75e6, -5);
  expect(tcp.predicted_goodput_bps).toBeCloseTo(75e6 * goodput, -5);
  expect(tcp.predicted_first_second_bps).toBe(100e6);

  const udp = {
    protocol: 'UDP',
    datagramBytes: 1400,
    offeredBps: 97e6,
    offeredWireBps: 100e6,
    efficiency: 0.97,
  } as const;
  const slow = { ...flow(1, POD_A, POD_B), ...udp, configuredBps: 20e6, predictedGoodputBps: 19.4e6 };
  const limits: LimitOnWay[] = [{ at: `egress of ${POD_A}`, by: 'egress', bps: 20e6 }];
  const raised = (egressBps: number | null) =>
    resultOf(
      withChanges(
        recordsOf([{ ...slow, limits }], () => 60e6),
        [limit(half, egressBps)],
      ),
    ).flows[0]!;
  expect(raised(60e6).predicted_goodput_bps).toBeCloseTo(40e6 * 0.97, -5);
  expect(raised(null).predicted_goodput_bps).toBeCloseTo((19.4e6 + 97e6) / 2, -5);
  const nobody = { limits: { egressBps: null, ingressBps: null } };
  const [, nameOfB = ''] = POD_B.split('/');
  const freed = {
    s: half,
    change: {
      limitPods: [
        { namespace, name, ...nobody },
        { namespace, name: nameOfB, ...nobody },
      ],
    },
  };
  const { predicted_goodput_bps } = resultOf(
    withChanges(
      recordsOf([flow(1, POD_A, POD_B)], () => 75e6),
      [freed],
    ),
  ).flows[0]!;
  expect(predicted_goodput_bps).toBeNull();
});

it('of a sender whose limit changes is that of what has crossed the wire since', () => {
  const far = { ...flow(1, POD_A, POD_B), delayNs: 200e6 };
  const records = syntheticTrace({
    plan: {
      ...seedPlan(),
      timeline: [{ index: 0, name: 'traffic', position: null, kind: 'traffic', flows: [far], expect: [within] }],
    },
    wireBytes: (_, s) => (100e6 * Math.min(s, 3.2) + 50e6 * Math.max(0, s - 3.2)) / 8,
  });
  expect(resultOf(withChanges(records, [limit(3, 50e6)])).flows[0]!.error_pct).toBeCloseTo(0, 2);
});

it('of flows that share a limit which changes is that of their sum', () => {
  const limits: LimitOnWay[] = [{ at: `egress of ${POD_A}`, by: 'egress', bps: 100e6 }];
  const shared = (id: number): FlowPlan => ({
    ...flow(id, POD_A, POD_B),
    limits,
    share: { bps: 50e6, at: `egress of ${POD_A}` },
    efficiency: 1448 / 1514,
  });
  const step = { index: 0, name: 'traffic', position: null, kind: 'traffic' as const, expect: [within] };
  const records = syntheticTrace({
    plan: { ...seedPlan(), timeline: [{ ...step, flows: [shared(1), shared(2)] }] },
    wireBytes: ({ flowId }, s) =>
      ((flowId === 1 ? 0.3 : 0.7) * (100e6 * Math.min(s, 3) + 60e6 * Math.max(0, s - 3))) / 8,
  });
  const { flows } = resultOf(withChanges(records, [limit(3, 60e6)]));
  // The sampling that the change falls into is a part of it.
  expect(Math.abs(flows[0]!.error_pct!)).toBeLessThan(0.5);
  expect(flows[1]!.predicted_wire_bps).toBeLessThan(50e6);
  expect(flows[1]!.predicted_wire_bps).toBeGreaterThan(30e6);
});
