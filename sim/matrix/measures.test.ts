import { describe, expect, test } from 'vitest';
import { syntheticTrace } from '../measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../measure/observing/reduce.ts';
import type { Check, Result } from '../measure/result.ts';
import { measuresOf } from './measures.ts';

const check = (parts: Partial<Check>): Check => ({
  step: 'probes',
  name: 'a -> b TCP/80',
  status: 'pass',
  expected: 'denied',
  predicted: 'denied',
  measured: 'denied',
  unit: null,
  error_pct: null,
  reason: null,
  ...parts,
});

const result = (parts: Partial<Result>): Result => ({
  schema: 'ipvlane.result/v1',
  scenario: 's',
  verdict: 'pass',
  kernel: { kind: 'uml', release: '6.1.176', clock: 'real', boot_ms: null },
  memory: null,
  build: { pods: 1, ms: 1, ms_per_pod: 1 },
  dataplane: null,
  checks: [],
  flows: [],
  probes: [],
  drops: [],
  policy_changes: [],
  diagnostics: [],
  ...parts,
});

const probe = {
  step: 'probes',
  from: 'a',
  to: 'b',
  protocol: 'TCP',
  port: 80,
  expected: null,
  rule: '',
  askings: 1,
  ...({ predicted: 'denied', measured: 'denied' } as const),
};

describe('the rows of a cell', () => {
  test('hold the probes of a step as one, with those that failed', () => {
    const checks = [check({}), check({ name: 'a -> c TCP/80', status: 'fail', measured: 'allowed' })];
    expect(measuresOf(result({ checks, probes: [probe] }), '6.1.0')).toMatchObject([
      { name: 'probes', status: 'fail', value: '1 of 2', reason: 'a -> c TCP/80: allowed' },
      { name: 'policy score' },
    ]);
  });

  test('hold the policy score: the share of a step’s probes that went as predicted, whatever was expected', () => {
    const probes = [probe, probe, probe, { ...probe, expected: 'allowed', measured: 'allowed' } as const];
    const score = measuresOf(result({ checks: [check({})], probes }), '6.1.0').find(
      ({ metric }) => metric === 'score_pct',
    );
    expect(score).toEqual({
      step: 'probes',
      name: 'policy score',
      status: null,
      value: 75,
      unit: '%',
      metric: 'score_pct',
      reason: null,
    });
  });

  test('name what a rate is held against, of limits that changed none', () => {
    const measurement = createMeasurement();
    for (const record of syntheticTrace()) measurement.add(record);
    const [flow] = measurement.result({ bootMs: null }).flows;
    const named = (parts: object) =>
      measuresOf(result({ flows: [{ ...flow!, configured_bps: 1e7, bound_by: 'limit', ...parts }] }), '6.1.0').find(
        ({ metric }) => metric === 'error_pct',
      )?.name;
    expect(named({})).toBe('rate against 10.00 Mbit/s');
    expect(named({ mean_configured_bps: null })).toBe('rate against limits that changed');
  });

  const dataplane = (verified_insns: number | null) => ({
    load_ms: 12,
    programs: [{ name: 'ipvlane_egress', verified_insns, insns: 2000 }],
  });

  test('hold what the verifier walked through, and how long loading took', () => {
    expect(measuresOf(result({ dataplane: dataplane(99_718) }), '6.1.176')).toMatchObject([
      { step: null, name: 'ipvlane_egress verified', value: 99_718, metric: 'verified_insns', status: null },
      { name: 'object loaded in', value: 12, unit: 'ms' },
    ]);
  });

  test('skip it only on a kernel that is older than the telling', () => {
    expect(measuresOf(result({ dataplane: dataplane(null) }), '5.10.0-46-cloud-amd64')[0]).toMatchObject({
      status: 'skip',
      reason: 'this kernel does not tell; Linux 5.16 does',
    });
    expect(measuresOf(result({ dataplane: dataplane(null) }), '5.16.0')[0]).toMatchObject({ status: 'fail' });
  });
});
