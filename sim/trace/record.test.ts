import { expect, test } from 'vitest';
import { planSchema } from '../plan/schema/plan.ts';
import { seedPlan } from './fixtures/seed-plan.ts';
import { traceRecordSchema } from './record.ts';

test('a plan passes unchanged', () => {
  expect(planSchema.parse(seedPlan())).toEqual(seedPlan());
});

test('a fraction of a nanosecond and a counter below zero are refused', () => {
  const note = { type: 'note', t: 5, severity: 'info', message: 'x' };
  expect(traceRecordSchema.safeParse(note).success).toBe(true);
  expect(traceRecordSchema.safeParse({ ...note, t: 5.5 }).success).toBe(false);
  const counter = { packets: -1, bytes: 0 };
  const endpoint = { type: 'endpoint', t: 1, endpointId: 1, direction: 'egress', offered: counter, passed: counter };
  expect(traceRecordSchema.safeParse(endpoint).success).toBe(false);
});

test('a field that a later writer adds is passed over', () => {
  const parsed = traceRecordSchema.parse({ type: 'note', t: 5, severity: 'info', message: 'x', later: 1 });
  expect(parsed).toEqual({ type: 'note', t: 5, severity: 'info', message: 'x' });
});
