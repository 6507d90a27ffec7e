import { expect, it } from 'vitest';
import type { ExpectationPlan, Plan, StepPlan } from '../plan/plan.ts';
import { POD_A, POD_B, flow, seedPlan } from '../trace/fixtures/seed-plan.ts';
import type { TraceRecord } from '../trace/record.ts';
import { syntheticTrace } from './fixtures/synthetic-trace.ts';
import { createMeasurement } from './observing/reduce.ts';

const EXPECTED: ExpectationPlan = {
  text: 'connections_per_s within 1% of predicted',
  position: null,
  flowId: null,
  metric: 'connections_per_s',
  dropReason: null,
  comparison: { op: 'within', tolerancePct: 1, value: { of: 'predicted', times: 1 } },
};

/** Two clients that ask once a second each for 4 s; of what they made, the times in microseconds. */
function measured(connectUs: readonly (number | null)[], connection?: 'new') {
  const requests = { everyNs: 1e9, bytes: 100, replyBytes: 100, ...(connection === undefined ? {} : { connection }) };
  const step: StepPlan = {
    index: 0,
    name: 'calls',
    position: null,
    kind: 'traffic',
    expect: [EXPECTED],
    flows: [{ ...flow(1, POD_A, POD_B), streams: 2, durationNs: 4e9, requests }],
  };
  const plan: Plan = { ...seedPlan(), timeline: [step] };
  const measurement = createMeasurement();
  for (const record of syntheticTrace({ plan })) {
    if (record.type === 'flow-state' && record.state === 'finished') {
      connectUs.forEach((us, i) => measurement.add(request(record.t, i + 1, us)));
    }
    measurement.add(record);
  }
  return measurement.result({ bootMs: null });
}

function request(t: number, sequence: number, us: number | null): TraceRecord {
  const times = us === null ? { latencyNs: null, connectNs: null } : { latencyNs: us * 2000, connectNs: us * 1000 };
  return { type: 'request', t, flowId: 1, stream: 1, sequence, ...times };
}

it('tells how long connections took, how many were made a second, and how many were not', () => {
  const { flows, checks } = measured([200, 300, 250, 200, 210, 900, 220, null], 'new');
  expect(flows[0]?.connections).toEqual({
    connect_p50_us: 220,
    connect_p99_us: 900,
    made: 7,
    failed: 1,
    per_s: 1.75,
    predicted_per_s: 2,
  });
  expect(flows[0]?.request_us).toMatchObject({ answered: 7, lost: 1, p50: 440 });
  expect(checks).toMatchObject([{ status: 'fail', expected: 2, predicted: 2, measured: 1.75 }]);
});

it('tells nothing of connections that stay, and says why an expectation of them is not met', () => {
  const { flows, checks } = measured([]);
  expect(flows[0]).not.toHaveProperty('connections');
  expect(checks).toMatchObject([
    { status: 'fail', reason: expect.stringContaining('the connections of this flow stay') as string },
  ]);
});
