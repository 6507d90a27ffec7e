import { describe, expect, test } from 'vitest';
import type { FlowPlan, Plan } from '../../plan/plan.ts';
import { CLIENT, flow, POD_A, POD_B, seedPlan } from '../../trace/fixtures/seed-plan.ts';
import { type TraceRecord, traceRecordSchema } from '../../trace/record.ts';
import { syntheticTrace, type SyntheticOptions } from '../fixtures/synthetic-trace.ts';
import { createMeasurement } from './reduce.ts';
import type { Result } from '../result.ts';

function measure(options: SyntheticOptions = {}): Result {
  return measurementOf(syntheticTrace(options)).result({ bootMs: 1500 });
}

function measurementOf(records: readonly TraceRecord[]) {
  const measurement = createMeasurement();
  for (const record of records) measurement.add(record);
  return measurement;
}

/** The seed's plan with other flows in one traffic step, and nothing else. */
function planWith(flows: readonly FlowPlan[], change: (plan: Plan) => Plan = (plan) => plan): Plan {
  const plan = change(seedPlan());
  const step = { index: 0, name: 'traffic', position: null, kind: 'traffic' as const, flows, expect: [] };
  return { ...plan, timeline: [step] };
}

const steady = (bps: number) => (_: FlowPlan, s: number) => (bps / 8) * s;

test('the synthetic trace is a trace', () => {
  for (const record of syntheticTrace()) expect(traceRecordSchema.safeParse(record).error).toBeUndefined();
});

describe('the seed scenario', () => {
  const result = measure();

  test('passes when the limits hold and the policy cuts', () => {
    expect(result).toMatchObject({ verdict: 'pass', kernel: { kind: 'uml', boot_ms: 1500 } });
    expect(result.message).toBeUndefined();
    expect(result.checks.map(({ status }) => status)).toEqual(Array.from({ length: 1 + 2 * 4 + 5 }, () => 'pass'));
  });

  test('gives wire rate, goodput and error of each flow', () => {
    const [first] = result.flows;
    expect(first!.wire_bps).toBeCloseTo(99.8e6, -3);
    expect(first!.goodput_bps).toBeCloseTo((99.8e6 * 1448) / 1514, -3);
    expect(first!.error_pct).toBeCloseTo(-0.2, 2);
    expect(first!.first_second_bps).toBeCloseTo(99.8e6, -4);
    expect(first!.seconds).toBeCloseTo(8, 1);
    expect(first).toMatchObject({ retransmits: 0, lost_packets: null, flows_behind_limit: 1, drops: {} });
  });

  test('gives round trips idle and under load by nearest rank', () => {
    expect(result.flows[0]!.rtt_us).toEqual({ idle_p50: 210, p50: 1100, p95: 4000, p99: 4000, lost: 0 });
  });

  test('has nothing to say of requests, one-way delays and fairness that nobody measured', () => {
    expect(result.flows[0]).toMatchObject({ generator: null, request_us: null, one_way_us: null, fairness: null });
  });

  test('names the policy that dropped', () => {
    expect(result.drops).toEqual([
      {
        endpoint: POD_A,
        direction: 'egress',
        reason: 'POLICY_DENIED',
        rule: 'isolated by default/test-ipvlan; no rule allows it',
        packets: 9,
        bytes: 666,
      },
    ]);
  });

  test('says what the build cost', () => {
    expect(result.build).toEqual({ pods: 3, ms: 38, ms_per_pod: 9 });
  });
});

describe('what a bad dataplane shows', () => {
  test('a limit missed by 5 % fails with the error', () => {
    const result = measure({ wireBytes: steady(105e6) });
    expect(result.verdict).toBe('fail');
    const check = result.checks.find(({ name }) => name === 'error_pct within 3')!;
    expect(check).toMatchObject({ status: 'fail', expected: 3, predicted: 0, unit: '%' });
    expect(check.reason).toBe('5.00 % is not <= 3.00 %');
    expect(check.measured).toBeCloseTo(5, 2);
  });

  test('5 % too slow is as bad as 5 % too fast', () => {
    const check = measure({ wireBytes: steady(95e6) }).checks.find(({ name }) => name === 'error_pct within 3')!;
    expect(check.status).toBe('fail');
    expect(check.measured).toBeCloseTo(-5, 2);
  });

  test('a burst of a second at the beginning shows in the first second and nowhere else', () => {
    const burst = 12.5e6;
    const wireBytes = (_: FlowPlan, s: number) => (s > 0 ? burst * Math.min(1, s / 0.05) : 0) + (99.8e6 / 8) * s;
    const result = measure({ wireBytes });
    const [first] = result.flows;
    expect(first!.first_second_bps).toBeCloseTo(99.8e6 + 8 * burst, -5);
    expect(first!.error_pct).toBeCloseTo(-0.2, 2);
    const failed = result.checks.filter(({ status }) => status === 'fail').map(({ name }) => name);
    expect(new Set(failed)).toEqual(new Set(['first_second_bps <= 1.1 limit']));
  });

  test('a drop by the horizon fails its expectation and is counted once a flow', () => {
    const result = measure({ flowDrops: { EDT_HORIZON: 7 } });
    expect(result.flows.map(({ drops }) => drops)).toEqual([{ EDT_HORIZON: 7 }, { EDT_HORIZON: 7 }]);
    expect(result.checks.find(({ name }) => name === 'drops.EDT_HORIZON == 0')).toMatchObject({
      status: 'fail',
      measured: 7,
      expected: 0,
      reason: '7 packets is not == 0 packets',
    });
  });

  test('a packet that should not have passed fails its probe, with evidence and rule', () => {
    const result = measure({ measured: (id) => (id === 3 ? 'allowed' : null) });
    expect(result.checks.find(({ status }) => status === 'fail')).toMatchObject({
      name: `${POD_A} -> host:outside TCP/80`,
      expected: 'denied',
      measured: 'allowed',
      reason: 'allowed: connected; denied was predicted (isolated by default/test-ipvlan)',
    });
  });
});

describe('a flow of a pod to itself', () => {
  const own = { ...flow(1, POD_A, POD_A), limits: [], configuredBps: null, configuredBy: null };

  test('is on no wire, whatever passes the hooks of its pod, and what is expected of it there is refused in words', () => {
    const [seed] = seedPlan().timeline.filter(({ kind }) => kind === 'traffic');
    const planned = planWith([own]);
    const expect_ = seed?.kind === 'traffic' ? seed.expect : [];
    const plan = { ...planned, timeline: [{ ...planned.timeline[0]!, expect: expect_ } as typeof seed & object] };
    const { flows, checks } = measure({ plan });
    expect(flows).toMatchObject([{ from: POD_A, to: POD_A, wire_bps: null, error_pct: null, bound_by: null }]);
    expect(checks.find(({ name }) => name === 'error_pct within 3')).toMatchObject({
      status: 'fail',
      reason: 'what a pod sends to itself meets no limit and no wire: expect `goodput_bps`',
    });
  });

  test('keeps to no limit that its pod gets meanwhile', () => {
    const records = syntheticTrace({ plan: planWith([own]) });
    const at = records.findIndex(({ type }) => type === 'flow') + 20;
    const t = records[at]!.t;
    const [namespace = '', name = ''] = POD_A.split('/');
    const change = { limitPods: [{ namespace, name, limits: { egressBps: 1e6, ingressBps: 1e6 } }] };
    const times = { t, askedNs: t, compiledNs: t, effectiveNs: t };
    const record = { type: 'change', step: 0, what: 'annotate', change, mapUpdates: 1, ...times } as const;
    const [curve] = measurementOf(records.toSpliced(at, 0, record)).curves();
    expect(curve?.limits.map(({ configuredBps }) => configuredBps)).toEqual([null]);
  });

  test('is not what the limit of another flow of that pod lets through', () => {
    const [, other] = measure({ plan: planWith([own, flow(2, POD_A, POD_B)]) }).flows;
    expect(other).toMatchObject({ flows_behind_limit: 1 });
  });
});

describe('a limit that a flow does not feel', () => {
  const udp = { protocol: 'UDP' as const, offeredBps: 8e6, offeredWireBps: 8.24e6 };

  test('is not what its error is of', () => {
    const plan = planWith([{ ...flow(1, POD_A, POD_B), ...udp }]);
    const [only] = measure({ plan, wireBytes: steady(8.24e6 * 0.99) }).flows;
    expect(only).toMatchObject({ bound_by: 'offered', configured_bps: 100e6, offered_bps: 8e6 });
    expect(only).toMatchObject({ predicted_wire_bps: 8.24e6 });
    expect(only!.error_pct).toBeCloseTo(-1, 2);
  });

  test('is predicted for the wire as what was offered, and a failing check says so', () => {
    const planned = planWith([{ ...flow(1, POD_A, POD_B), ...udp }]);
    const seed = seedPlan().timeline.find(({ kind }) => kind === 'traffic')!;
    const [step] = planned.timeline;
    const expect_ = seed.kind === 'traffic' ? seed.expect : [];
    const plan = { ...planned, timeline: [{ ...step!, expect: expect_ } as typeof seed] };
    const { checks } = measure({ plan, wireBytes: steady(4e6) });
    expect(checks.find(({ name }) => name === 'error_pct within 3')!.reason).toBe(
      '51.5 % is not <= 3.00 %; it is the error of what was offered, which is below the limit',
    );
    expect(checks.find(({ name }) => name.startsWith('first_second_bps'))).toMatchObject({ predicted: 8.24e6 });
  });

  test('bounds flows that together offer more than it', () => {
    const each = { ...udp, offeredBps: 60e6, offeredWireBps: 61.8e6 };
    const both = planWith([
      { ...flow(1, POD_A, POD_B), ...each },
      { ...flow(2, POD_A, CLIENT), ...each },
    ]);
    const { flows } = measure({ plan: both, wireBytes: steady(50e6) });
    expect(flows.map(({ bound_by }) => bound_by)).toEqual(['limit', 'limit']);
    for (const { error_pct } of flows) expect(error_pct).toBeCloseTo(0, 1);
    const beside = planWith([{ ...flow(1, POD_A, POD_B), ...udp }, flow(2, POD_A, CLIENT)]);
    expect(measure({ plan: beside }).flows.map(({ bound_by }) => bound_by)).toEqual(['limit', 'limit']);
  });

  test('has no error in a trace that does not say what the offer takes on the wire', () => {
    const plan = planWith([{ ...flow(1, POD_A, POD_B), protocol: 'UDP', offeredBps: 8e6 }]);
    expect(measure({ plan, wireBytes: steady(8.24e6) }).flows[0]).toMatchObject({
      bound_by: 'offered',
      error_pct: null,
    });
  });

  test('leaves requests without an error, whose acknowledgements nobody foretells', () => {
    const requests = { everyNs: 10e6, bytes: 100, replyBytes: 100 };
    const plan = planWith([{ ...flow(1, POD_A, POD_B), offeredBps: 80e3, offeredWireBps: 132.8e3, requests }]);
    const [only] = measure({ plan, wireBytes: steady(200e3) }).flows;
    expect(only).toMatchObject({ bound_by: 'offered', predicted_wire_bps: null, error_pct: null });
    const seed = seedPlan().timeline.find((step) => step.kind === 'traffic')!;
    const asked = { ...plan, timeline: [{ ...seed, ...plan.timeline[0]!, expect: seed.expect } as typeof seed] };
    const { checks } = measure({ plan: asked, wireBytes: steady(200e3) });
    expect(checks.find(({ name }) => name === 'error_pct within 3')!.reason).toContain('cannot be foretold');
  });
});

describe('where the wire is measured', () => {
  const [namespace = '', name = ''] = POD_B.split('/');
  const PARTS_OF_B = { namespace, name };
  const unlimited = (plan: Plan): Plan => ({
    ...plan,
    pods: plan.pods.map((pod) => ({ ...pod, limits: { ingressBps: null, egressBps: 100e6 } })),
  });

  test('behind the IFB when the receiver has an ingress limit', () => {
    const curve = measurementOf(syntheticTrace()).curves()[0]!;
    expect(curve.wirePlace).toBe(`${POD_B}: dequeued by the IFB behind the ingress limit`);
    expect(curve.wire.length).toBeGreaterThan(35);
    for (const { bps } of curve.wire.slice(2, -2)) expect(bps).toBeCloseTo(99.8e6, -4);
  });

  test('at the receiver when it has none', () => {
    const measurement = measurementOf(syntheticTrace({ plan: planWith([flow(1, POD_A, POD_B)], unlimited) }));
    expect(measurement.curves()[0]!.wirePlace).toBe(`${POD_B}: arrived at the slave`);
    expect(measurement.result({ bootMs: null }).flows[0]!.wire_bps).toBeCloseTo(99.8e6, -3);
  });

  test('still behind the IFB when the ingress limit changes meanwhile, and at the hooks when it goes', () => {
    const placeAfter = (ingressBps: number | null): string | null => {
      const records = syntheticTrace({ plan: planWith([flow(1, POD_A, POD_B)]) });
      const at = records.findIndex(({ type }) => type === 'flow') + 20;
      const t = records[at]!.t;
      const limitPods = [{ ...PARTS_OF_B, limits: { egressBps: 100e6, ingressBps } }];
      const times = { t, askedNs: t, compiledNs: t, effectiveNs: t };
      const change = {
        type: 'change',
        step: 0,
        what: 'annotate',
        change: { limitPods },
        mapUpdates: 1,
        ...times,
      } as const;
      return measurementOf(records.toSpliced(at, 0, change)).curves()[0]!.wirePlace;
    };
    expect(placeAfter(50e6)).toBe(`${POD_B}: dequeued by the IFB behind the ingress limit`);
    expect(placeAfter(null)).toBe(`${POD_B}: let go by its ingress hooks`);
  });

  test('with the limit that held it from when on, in its curve and in what is seen of it', () => {
    const records = syntheticTrace({ plan: planWith([flow(1, POD_A, POD_B)]) });
    const begun = records.find((record) => record.type === 'flow-state')!.t;
    const t = begun + 3e9;
    const at = records.findIndex((record) => record.t > t);
    const limitPods = [{ ...PARTS_OF_B, limits: { egressBps: 100e6, ingressBps: 40e6 } }];
    const times = { t, askedNs: t, compiledNs: t, effectiveNs: t };
    const what = { step: 0, what: 'annotate', change: { limitPods }, mapUpdates: 1 };
    const measurement = measurementOf(records.toSpliced(at, 0, { type: 'change', ...what, ...times }));
    const [curve] = measurement.curves();
    const goodput = 100e6 * (1448 / 1514);
    expect(curve!.limits).toEqual([
      {
        fromS: 0,
        toS: expect.closeTo(3, 1) as number,
        configuredBps: 100e6,
        predictedGoodputBps: expect.closeTo(goodput, -1) as number,
      },
      {
        fromS: curve!.limits[0]!.toS,
        toS: curve!.seconds,
        configuredBps: 40e6,
        predictedGoodputBps: expect.closeTo(goodput * 0.4, -1) as number,
      },
    ]);
    expect(measurement.snapshot()!.flows[0]!.configuredBps).toBe(40e6);
  });

  test('on the underlay in front of an outside host', () => {
    const records = syntheticTrace({ plan: planWith([flow(1, POD_A, 'host:outside')]) });
    // The port sees what the sender's qdisc let go.
    const withPort = records.flatMap((record): TraceRecord[] =>
      record.type === 'qdisc' && record.where === POD_A && record.direction === 'egress'
        ? [record, { ...record, where: 'host:outside', direction: 'ingress', kind: 'netem' }]
        : [record],
    );
    const measurement = measurementOf(withPort);
    expect(measurement.curves()[0]!.wirePlace).toBe("host:outside: let out by the underlay's port");
    expect(measurement.result({ bootMs: null }).flows[0]!.wire_bps).toBeCloseTo(99.8e6, -3);
  });

  test('behind the sender when nobody counts in front of the receiver', () => {
    const measurement = measurementOf(syntheticTrace({ plan: planWith([flow(1, POD_A, 'host:outside')]) }));
    expect(measurement.curves()[0]!.wirePlace).toBe(`${POD_A}: dequeued by the slave's root qdisc`);
    expect(measurement.result({ bootMs: null }).flows[0]!.wire_bps).toBeCloseTo(99.8e6, -3);
  });

  test('nowhere when nobody counts: null, not zero', () => {
    const bare = (plan: Plan): Plan => ({ ...plan, pods: plan.pods.map((pod) => ({ ...pod, enforced: false })) });
    const records = syntheticTrace({ plan: planWith([flow(1, POD_A, POD_B)], bare) });
    const blind = records.filter(({ type }) => type !== 'qdisc' && type !== 'endpoint');
    expect(measurementOf(blind).result({ bootMs: null }).flows[0]).toMatchObject({ wire_bps: null, error_pct: null });
  });
});

describe('a lab that is late', () => {
  test('to say that a flow started, and gives its intervals when all is over, changes no rate', () => {
    const records = syntheticTrace();
    const ends = new Map(
      records.flatMap((r) => (r.type === 'flow-state' && r.state === 'finished' ? [[r.flowId, r.t]] : [])),
    );
    const late = records.map((record): TraceRecord => {
      if (record.type === 'flow') return { ...record, t: ends.get(record.flowId)! + 700e6 };
      if (record.type === 'flow-state' && record.state === 'started') return { ...record, t: record.t + 300e6 };
      if (record.type === 'flow-state') return { ...record, t: record.t + 700e6 };
      return record;
    });
    const [first] = measurementOf(late).result({ bootMs: null }).flows;
    expect(first!.wire_bps).toBeCloseTo(99.8e6, -4);
    expect(first!.first_second_bps).toBeCloseTo(99.8e6, -6);
    expect(first!.seconds).toBeCloseTo(8, 2);
  });
});

describe('flows that share', () => {
  const wireBytes = ({ flowId }: FlowPlan, s: number) => ((flowId === 1 ? 70e6 : 30e6) / 8) * s;

  test('a receiver: its bytes are divided by payload, and the limit is judged by the sum', () => {
    const into = (id: number, from: string) => ({ ...flow(id, from, POD_B), configuredBy: 'ingress' as const });
    const { flows } = measure({ plan: planWith([into(1, POD_A), into(2, CLIENT)]), wireBytes });
    expect(flows[0]!.wire_bps).toBeCloseTo(70e6, -4);
    expect(flows[1]!.wire_bps).toBeCloseTo(30e6, -4);
    expect(flows.map(({ flows_behind_limit }) => flows_behind_limit)).toEqual([2, 2]);
    for (const { error_pct } of flows) expect(error_pct).toBeCloseTo(0, 2);
  });

  test('a receiver, TCP and UDP: frames of UDP are known, and what TCP has more of than full ones is its own', () => {
    const into = (id: number, protocol: 'TCP' | 'UDP', efficiency: number) => ({
      ...flow(id, POD_A, POD_B),
      configuredBy: 'ingress' as const,
      protocol,
      efficiency,
    });
    // As the trace has it, 1448 of 1514 bytes are payload; the TCP flow is foretold fuller frames than it sends.
    const plan = planWith([into(1, 'TCP', 0.99), into(2, 'UDP', 1448 / 1514)]);
    const { flows } = measure({ plan, wireBytes });
    expect(flows[0]!.wire_bps! / 70e6).toBeCloseTo(1, 3);
    expect(flows[1]!.wire_bps! / 30e6).toBeCloseTo(1, 3);
  });

  test('an egress limit: measured at two receivers, judged by the sum', () => {
    const { flows } = measure({ plan: planWith([flow(1, POD_A, POD_B), flow(2, POD_A, CLIENT)]), wireBytes });
    expect(flows[0]!.wire_bps).toBeCloseTo(70e6, -4);
    expect(flows[1]!.wire_bps).toBeCloseTo(30e6, -4);
    for (const { error_pct } of flows) expect(error_pct).toBeCloseTo(0, 2);
  });

  test('nothing: their errors are their own', () => {
    const { flows } = measure({ plan: planWith([flow(1, POD_A, CLIENT), flow(2, POD_B, CLIENT)]), wireBytes });
    expect(flows[0]!.error_pct).toBeCloseTo(-30, 1);
    expect(flows[1]!.error_pct).toBeCloseTo(-70, 1);
  });

  test('a limit for different times: no error is given', () => {
    const short = { ...flow(2, POD_A, CLIENT), durationNs: 4e9 };
    const { flows } = measure({ plan: planWith([flow(1, POD_A, POD_B), short]), wireBytes });
    expect(flows.map(({ error_pct }) => error_pct)).toEqual([null, null]);
  });
});

describe('a run that did not come to its end', () => {
  test('has verdict error, and the checks it did not reach are skipped', () => {
    const result = measure({ stopBeforeStep: 2, end: 'interrupted' });
    expect(result).toMatchObject({ verdict: 'error', message: 'the run was interrupted' });
    expect(result.flows).toHaveLength(1);
    expect(result.checks.filter(({ status }) => status === 'skip')).toHaveLength(4 + 1 + 5);
    expect(result.checks.filter(({ status }) => status === 'pass')).toHaveLength(1 + 4);
  });

  test('and was cut off says so', () => {
    expect(measure({ end: null }).message).toBe('the trace was cut off: it has no `end` record');
  });

  test('fails the checks of a flow that failed, with its reason', () => {
    const records = syntheticTrace().map((record): TraceRecord =>
      record.type === 'flow-state' && record.flowId === 1 && record.state === 'finished'
        ? { type: 'flow-state', t: record.t, flowId: 1, state: 'failed', message: 'iperf3: unable to connect' }
        : record,
    );
    const checks = measurementOf(records)
      .result({ bootMs: null })
      .checks.filter(({ status }) => status === 'fail');
    expect(checks).toHaveLength(4);
    for (const { reason, measured } of checks) {
      expect(reason).toBe('iperf3: unable to connect');
      expect(measured).toBeNull();
    }
  });

  test('at any record has a result and a view', () => {
    const records = syntheticTrace();
    const measurement = createMeasurement();
    records.forEach((record, i) => {
      measurement.add(record);
      if (i % 37 !== 0) return;
      expect(measurement.snapshot()?.pods).toHaveLength(3);
      expect(measurement.result({ bootMs: null }).verdict).toBe('error');
    });
  });
});

describe('the live view', () => {
  const records = syntheticTrace();
  const begin = records.findIndex((record) => record.type === 'flow-state' && record.state === 'started');
  const soon = records.findIndex((record) => record.t > records[begin]!.t + 4e9);

  test('in the middle of a flow shows the rate of the last second at both ends', () => {
    const view = measurementOf(records.slice(0, soon)).snapshot()!;
    const [a, b, client] = view.pods;
    expect(a!.egress.bps).toBeCloseTo(99.8e6, -4);
    expect(b!.ingress.bps).toBeCloseTo(99.8e6, -4);
    expect(b!.ingress.history).toHaveLength(40);
    expect(b!.ingress.history.at(-2)).toBeCloseTo(99.8e6, -4);
    expect(b!.ingress.history[0]).toBe(0);
    expect(client!.ingress).toMatchObject({ bps: 0 });
    expect(a).toMatchObject({ state: 'Running', address: '172.51.0.100', node: '10-20-1-230' });
    expect(view.steps.map(({ status }) => status)).toEqual(['pass', 'running', 'pending', 'pending', 'pending']);
    expect(view.flows[0]).toMatchObject({ state: 'started', configuredBps: 100e6 });
    expect(view.flows[0]!.progress).toBeCloseTo(0.5, 1);
    expect(view.flows[0]!.wireBps).toBeCloseTo(99.8e6, -4);
  });

  test('at the end has every step with its checks, the drops and the policies', () => {
    const view = measurementOf(records).snapshot()!;
    expect(view.steps.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass']);
    expect(view.steps[4]!.checks).toHaveLength(5);
    expect(view).toMatchObject({ outcome: 'completed', policies: ['default/test-ipvlan'] });
    expect(view.pods[0]!.droppedPackets).toBe(9);
    // The silence after the last byte is no part of it.
    for (const flow of view.flows) expect(flow.wireBps).toBeCloseTo(99.8e6, -4);
  });
});

describe('drops under changing policies', () => {
  test('are counted under the policies that were in force when they fell, once each', () => {
    const [run] = syntheticTrace();
    const drop = (t: number, packets: number, isolatedBy: string[]): TraceRecord => ({
      type: 'drop',
      t,
      endpointId: 1,
      direction: 'egress',
      reason: 'POLICY_DENIED',
      isolatedBy,
      ruleId: 0,
      packets,
      bytes: packets * 74,
    });
    const records = [run!, drop(1e9, 5, ['default/a']), drop(2e9, 8, ['default/a', 'default/b'])];
    expect(measurementOf(records).result({ bootMs: null }).drops).toMatchObject([
      { rule: 'isolated by default/a; no rule allows it', packets: 5, bytes: 370 },
      { rule: 'isolated by default/a, default/b; no rule allows it', packets: 3, bytes: 222 },
    ]);
  });

  test('by a queueing discipline are counted with its own words', () => {
    const qdisc = (t: number, drops: number, plimit: number): TraceRecord => ({
      type: 'qdisc',
      t,
      where: POD_A,
      direction: 'egress',
      device: 'eth0',
      kind: 'fq',
      packets: 1,
      bytes: 1,
      drops,
      overlimits: 0,
      backlogBytes: 0,
      extra: { flows_plimit: plimit },
    });
    const records = [syntheticTrace()[0]!, qdisc(1e9, 0, 0), qdisc(2e9, 5, 3)];
    expect(measurementOf(records).result({ bootMs: null }).drops).toMatchObject([
      { endpoint: POD_A, reason: 'FQ_FLOW_LIMIT', rule: 'fq on eth0', packets: 3, bytes: null },
      { endpoint: POD_A, reason: 'QDISC_DROP', rule: 'fq on eth0', packets: 2 },
    ]);
  });
});

describe('a trace that contradicts itself is refused', () => {
  const [run] = syntheticTrace();
  const flowState: TraceRecord = { type: 'flow-state', t: 1, flowId: 99, state: 'started' };
  test.each([
    ['a first record that is not `run`', [flowState], 'not `run`'],
    ['two runs', [run!, run!], 'two traces in one file'],
    ['a flow that the plan does not have', [run!, flowState], 'flow 99 is not in the plan'],
    [
      'a step that ends before it starts',
      [run!, { type: 'step', t: 1, step: 0, state: 'finished' }],
      'before it started',
    ],
  ] as const)('%s', (_, records, message) => {
    expect(() => measurementOf(records as readonly TraceRecord[])).toThrow(message);
  });
});

describe('what our own generator says of a flow', () => {
  const requests = { everyNs: 10e6, bytes: 100, replyBytes: 100 };
  const plan = planWith([{ ...flow(1, POD_A, POD_B), streams: 2, requests }]);
  const totals = { sentBytes: 3e6, receivedBytes: 3e6, durationNs: 2e9, retransmits: 0, lostPackets: 0, packets: 3000 };
  const streams = [1e6, 2e6].map((bytes) => ({ sentBytes: bytes, receivedBytes: bytes, retransmits: 0 }));
  const oneWayNs = { p50: 1000, p95: 2000, p99: 3000, max: 4000 };
  const records: TraceRecord[] = [
    { ...syntheticTrace()[0]!, plan } as TraceRecord,
    { type: 'step', t: 1e9, step: 0, state: 'started' },
    { type: 'flow-state', t: 1.5e9, flowId: 1, state: 'started', generator: 'ipvlane', epochNs: 1.25e9 },
    ...[1, 2, 3, 4].map((n): TraceRecord => {
      const latencyNs = n === 4 ? null : n * 1e6;
      return { type: 'request', t: 2e9, flowId: 1, stream: 1, sequence: n, latencyNs };
    }),
    ...[0, 1].map((n): TraceRecord => {
      const part = { startNs: n * 1e9, endNs: (n + 1) * 1e9, bytes: 1e6, retransmits: null, lostPackets: 0 };
      return { type: 'flow', t: 3e9, flowId: 1, side: 'receiver', ...part };
    }),
    { type: 'flow-state', t: 3.5e9, flowId: 1, state: 'finished', totals: { ...totals, streams, oneWayNs } },
  ];
  const measurement = measurementOf(records);
  const [measured] = measurement.result({ bootMs: null }).flows;

  test('gives latencies of requests by nearest rank, and counts the lost apart', () => {
    expect(measured!.request_us).toEqual({ p50: 2000, p95: 3000, p99: 3000, max: 3000, answered: 3, lost: 1 });
  });

  test('gives one-way delays and the fairness of the streams', () => {
    expect(measured!.one_way_us).toEqual({ p50: 1, p95: 2, p99: 3, max: 4 });
    expect(measured!.fairness).toBeCloseTo(0.9, 12);
    expect(measured!.generator).toBe('ipvlane');
  });

  test('has its first byte where the generator says, and need not look for it', () => {
    expect(measured!.seconds).toBe(2);
    expect(measurement.curves()[0]?.wire).toBeDefined();
  });

  test('every record of it fits the schema', () => {
    for (const record of records) expect(traceRecordSchema.safeParse(record).error).toBeUndefined();
  });
});
