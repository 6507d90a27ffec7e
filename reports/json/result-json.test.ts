import { expect, test } from 'vitest';
import { syntheticTrace } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/reduce.ts';
import type { Result } from '../../sim/measure/result.ts';
import { renderResultJson } from './result-json.ts';

function seedResult(): Result {
  const measurement = createMeasurement();
  for (const record of syntheticTrace()) measurement.add(record);
  return measurement.result({ bootMs: 1234.56789 });
}

test('the keys stand in the order of the contract, however the result was made', () => {
  const result = seedResult();
  const shuffled = Object.fromEntries(Object.entries(result).reverse()) as unknown as Result;
  expect(renderResultJson(shuffled)).toBe(renderResultJson(result));
  expect(Object.keys(JSON.parse(renderResultJson(shuffled)) as object)).toEqual([
    'schema',
    'scenario',
    'verdict',
    'kernel',
    'memory',
    'build',
    'dataplane',
    'checks',
    'flows',
    'probes',
    'drops',
    'policy_changes',
    'diagnostics',
  ]);
});

test('every key of the result is there, rounded to what a measurement can mean', () => {
  const parsed = JSON.parse(renderResultJson(seedResult())) as Result;
  expect(parsed.kernel.boot_ms).toBe(1234.5679);
  expect(parsed.flows).toHaveLength(2);
  expect(Object.keys(parsed.flows[0]!)).toEqual(expect.arrayContaining(Object.keys(seedResult().flows[0]!)));
  expect(parsed.flows[0]!.wire_bps).toBeCloseTo(seedResult().flows[0]!.wire_bps!, 0);
});
