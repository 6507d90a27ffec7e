import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { syntheticTrace } from '../measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../measure/observing/reduce.ts';
import { jsonSchemaText } from './json-schemas.ts';

const ajv = new Ajv2020.default({ strict: false });
const schemaOf = (name: string) => ajv.compile(JSON.parse(jsonSchemaText(name)) as object);
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('trace.schema.json', () => {
  const accepts = schemaOf('trace');

  test('takes every record of a trace, and a field that a later version adds', () => {
    for (const record of syntheticTrace()) {
      expect(accepts(asJson({ ...record, later: 1 })), ajv.errorsText(accepts.errors)).toBe(true);
    }
  });

  test.each([
    { type: 'dance', t: 0 },
    { type: 'note', t: -1, severity: 'info', message: 'x' },
    { type: 'cpu', t: 1 },
  ])('refuses %o', (line) => {
    expect(accepts(line)).toBe(false);
  });
});

describe('result.schema.json', () => {
  const accepts = schemaOf('result');
  const measurement = createMeasurement();
  for (const record of syntheticTrace()) measurement.add(record);
  const result = measurement.result({ bootMs: 1234.5 });

  test('takes what a trace comes to', () => {
    expect(accepts(asJson(result)), ajv.errorsText(accepts.errors)).toBe(true);
  });

  test.each([{ verdict: 'maybe' }, { flows: {} }, { schema: 'ipvlane.result/v9' }])('refuses %o', (wrong) => {
    expect(accepts(asJson({ ...result, ...wrong }))).toBe(false);
  });
});
