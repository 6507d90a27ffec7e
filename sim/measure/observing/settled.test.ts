import { describe, expect, test } from 'vitest';
import type { Plan, StepPlan } from '../../plan/plan.ts';
import { flow, POD_A, POD_B, seedPlan } from '../../trace/fixtures/seed-plan.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { syntheticTrace } from '../fixtures/synthetic-trace.ts';
import type { Observations } from './observations.ts';
import { createMeasurement, type Measurement } from './reduce.ts';

/** The seed's pods, with so many flows one after the other. */
function planOf(flows: number, seconds = 2): Plan {
  const plan = seedPlan();
  const { expect } = plan.timeline.find((step) => step.kind === 'traffic') ?? { expect: [] };
  const timeline = Array.from({ length: flows }, (_, index): StepPlan => {
    const [from, to] = index % 2 === 0 ? [POD_A, POD_B] : [POD_B, POD_A];
    const flows = [{ ...flow(index + 1, from, to), durationNs: seconds * 1e9 }];
    return { index, name: `traffic ${index}`, position: null, kind: 'traffic', flows, expect };
  });
  return { ...plan, timeline };
}

function measured(records: readonly TraceRecord[]): Measurement {
  const measurement = createMeasurement();
  for (const record of records) measurement.add(record);
  return measurement;
}

/** What is held of flows and counters: intervals, round trips, samples. */
function held({ flows, endpoints, qdiscs, drops }: Observations): number {
  const ofFlows = [...flows.values()].map(
    ({ sender, receiver, pings: { idle, load } }) =>
      sender.length + receiver.length + idle.rttNs.length + load.askedNs.length,
  );
  const series = [
    ...[...endpoints.values()].flatMap(({ offeredBytes, passedBytes }) => [offeredBytes, passedBytes]),
    ...[...qdiscs.values()].flat().flatMap((qdisc) => [qdisc.bytes, ...qdisc.drops.values()]),
    ...[...drops.values()].map(({ packets }) => packets),
  ];
  return [...ofFlows, ...series.map(({ times }) => times.length)].reduce((sum, count) => sum + count, 0);
}

const heldAfter = (flows: number): number => {
  const { seen } = measured(syntheticTrace({ plan: planOf(flows, 1) }));
  if (seen === null) throw new Error('nothing was seen');
  return held(seen);
};

test('of a thousand flows that are over it holds no more than of twenty', () => {
  const most = heldAfter(20);
  expect(most).toBeGreaterThan(100);
  expect(heldAfter(1000)).toBeLessThanOrEqual(most);
});

describe('what a step came to is the same when hundreds have followed', () => {
  const plan = planOf(40);
  const options = { plan, flowDrops: { EDT_HORIZON: 3 } };
  const whole = measured(syntheticTrace(options));
  const { flows, checks } = whole.result({ bootMs: null });

  test.each([0, 1, 7, 20, 39])('step %i', (index) => {
    // Its records are the last there are, so that all of it is still held.
    const until = measured(syntheticTrace({ ...options, stopBeforeStep: index + 1, end: 'interrupted' }));
    const early = until.result({ bootMs: null });
    const { name } = plan.timeline[index] as StepPlan;
    expect(flows[index]).toEqual(early.flows[index]);
    expect(flows[index]?.drops).toEqual({ EDT_HORIZON: 3 });
    expect(checks.filter(({ step }) => step === name)).toEqual(early.checks.filter(({ step }) => step === name));
    expect(whole.curves()[index]).toEqual(until.curves()[index]);
    expect(whole.snapshot()?.flows[index]).toEqual(until.snapshot()?.flows[index]);
    expect(whole.snapshot()?.steps[index]).toEqual(until.snapshot()?.steps[index]);
  });
});

test('a step that is begun once more long after it is measured anew', () => {
  const plan = planOf(12);
  const records = syntheticTrace({ plan, end: null });
  const last = records.at(-1)?.t ?? 0;
  const measurement = measured(records);
  const first = measurement.result({ bootMs: null }).flows[0];
  measurement.add({ type: 'step', t: last + 1e6, step: 0, state: 'started' });
  expect(first?.wire_bps).toBeGreaterThan(99e6);
  expect(measurement.result({ bootMs: null }).flows.map(({ flow_id: id }) => id)).not.toContain(1);
  expect(measurement.checks(plan.timeline[0] as StepPlan)).toEqual([]);
});

test('of pods that came and went it holds their names', () => {
  const plan = planOf(1);
  const [pod] = plan.pods;
  if (pod === undefined) throw new Error('the seed has no pod');
  const [run] = syntheticTrace({ plan });
  const measurement = measured(run === undefined ? [] : [run]);
  const times = { askedNs: 0, compiledNs: 0, effectiveNs: 0, mapUpdates: 9 };
  for (let i = 0; i < 100; i++) {
    const { namespace } = pod;
    const changes = [
      { createPods: [{ ...pod, name: `p${i}`, endpointId: 100 + i }] },
      { deletePods: [{ namespace, name: `p${i}` }] },
    ];
    for (const change of changes)
      measurement.add({ type: 'change', t: i, step: null, what: 'scale', change, ...times });
  }
  expect(measurement.seen?.podPlans.size).toBe(plan.pods.length);
  expect(JSON.stringify(measurement.seen?.changes)).not.toContain('interfaces');
  expect(measurement.seen?.endpointNames.get(199)).toBe('default/p99');
});
