import { expect, test } from 'vitest';
import { syntheticTrace } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import { resultSchema, type Result } from '../../sim/measure/result.ts';
import { renderResultJson, rounded } from './result-json.ts';

function seedResult(): Result {
  const measurement = createMeasurement();
  for (const record of syntheticTrace()) measurement.add(record);
  return measurement.result({ bootMs: 1234.56789 });
}

test('the keys stand in the order of the contract at every depth, however the result was made', () => {
  const result = seedResult();
  const contract = JSON.stringify(resultSchema.parse(result), rounded, 2);
  expect(contract).toContain('"checks"');
  expect(renderResultJson(backwards(result) as Result)).toBe(`${contract}\n`);
  expect(JSON.stringify(backwards(result), rounded, 2)).not.toBe(contract);
});

test('every key of the contract is there that is not left out, rounded to what a measurement can mean', () => {
  const result = seedResult();
  const parsed = JSON.parse(renderResultJson(result)) as Result;
  expect(resultSchema.safeParse(parsed).error).toBeUndefined();
  expect(parsed.kernel.boot_ms).toBe(1234.5679);
  expect(parsed.flows).toHaveLength(2);
  expect(Object.keys(parsed.flows[0]!)).toEqual(Object.keys(result.flows[0]!));
  expect(result.flows[0]!.wire_bps! % 0.1).not.toBe(0);
  expect(parsed.flows[0]!.wire_bps).toBe(Number(result.flows[0]!.wire_bps!.toFixed(1)));
});

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, one]) => [key, backwards(one)]),
  );
}
