import { expect, it } from 'vitest';
import type { ExpectationPlan, Plan, StepPlan } from '../plan/plan.ts';
import { POD_A, POD_B, flow, seedPlan } from '../trace/fixtures/seed-plan.ts';
import type { FlowTotals, TraceRecord } from '../trace/record.ts';
import { syntheticTrace } from './fixtures/synthetic-trace.ts';
import { createMeasurement } from './observing/reduce.ts';

const PREDICTED_NS = 836.6e6;
const EXPECTED: ExpectationPlan = {
  text: 'completion_ms within 1% of predicted',
  position: null,
  flowId: null,
  metric: 'completion_ms',
  dropReason: null,
  comparison: { op: 'within', tolerancePct: 1, value: { of: 'predicted', times: 1 } },
};

/** A flow of 10 MB at 100M that ends so. */
function measured(ending: Partial<FlowTotals>, predictedNs: number | null = PREDICTED_NS) {
  const volume = { bytes: 10e6, wireBytes: 10_455_860, ...(predictedNs === null ? {} : { predictedNs }) };
  const step: StepPlan = {
    index: 0,
    name: 'download',
    position: null,
    kind: 'traffic',
    expect: [EXPECTED],
    flows: [{ ...flow(1, POD_A, POD_B), volume, durationNs: 2e9 }],
  };
  const plan: Plan = { ...seedPlan(), timeline: [step] };
  const records = syntheticTrace({ plan }).map((record): TraceRecord => {
    if (record.type !== 'flow-state' || record.totals === undefined) return record;
    return { ...record, totals: { ...record.totals, ...ending } };
  });
  const measurement = createMeasurement();
  for (const record of records) measurement.add(record);
  return measurement.result({ bootMs: null });
}

it('tells how long a volume took, beside what was foretold', () => {
  const { flows, checks } = measured({ completedNs: 840e6, receivedBytes: 10e6 });
  expect(flows[0]?.volume).toEqual({
    bytes: 10e6,
    received_bytes: 10e6,
    completion_ms: 840,
    predicted_completion_ms: 836.6,
  });
  expect(checks).toMatchObject([{ status: 'pass', expected: 836.6, predicted: 836.6, measured: 840, unit: 'ms' }]);
});

it('is not met by one that took longer', () => {
  expect(measured({ completedNs: 900e6, receivedBytes: 10e6 }).checks).toMatchObject([
    { status: 'fail', reason: 'off by 7.58 %, allowed are 1 %' },
  ]);
});

it('fails, with what had arrived, where a volume is not complete when its time is over', () => {
  const { flows, checks } = measured({ receivedBytes: 4_000_000 });
  expect(flows[0]?.volume?.completion_ms).toBeNull();
  expect(checks).toMatchObject([
    {
      status: 'fail',
      measured: null,
      reason: expect.stringMatching(
        /^not complete: 4.000.000 of 10.000.000 bytes arrived in 2.0 s, and then its time was over$/,
      ) as string,
    },
  ]);
});

it('has nothing to compare with where its time cannot be foretold', () => {
  expect(measured({ completedNs: 840e6, receivedBytes: 10e6 }, null).checks).toMatchObject([
    { status: 'fail', reason: expect.stringContaining('cannot be foretold') as string },
  ]);
});
