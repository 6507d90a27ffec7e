import { expect, it } from 'vitest';
import { syntheticTrace } from '../fixtures/synthetic-trace.ts';
import { createMeasurement } from '../observing/reduce.ts';

it('a run whose books do not balance is no pass, whatever its checks say', () => {
  const measurement = createMeasurement();
  for (const record of syntheticTrace({})) {
    if (record.type === 'end') {
      measurement.add({ type: 'around', t: record.t, endpointId: 1, packets: 3 });
      measurement.add({ type: 'around', t: record.t, endpointId: 1, packets: 1000 });
    }
    measurement.add(record);
  }
  const { verdict, checks, diagnostics } = measurement.result({ bootMs: null });
  expect(verdict).toBe('fail');
  expect(checks.at(-1)).toMatchObject({ step: 'the books', status: 'fail', expected: 0, measured: 1000 });
  expect(checks.at(-1)?.name).toMatch(/^\S+\/\S+ sends nothing around its programs$/);
  expect(diagnostics).toMatchObject([{ code: 'W503', severity: 'warning' }]);
  expect(diagnostics[0]?.message).toMatch(/at least 1\s000 packets/);
});
