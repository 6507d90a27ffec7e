import { describe, expect, it } from 'vitest';
import { seedPlan } from '../trace/fixtures/seed-plan.ts';
import type { TraceRecord } from '../trace/record.ts';
import { syntheticTrace, type SyntheticOptions } from './fixtures/synthetic-trace.ts';
import { createMeasurement } from './reduce.ts';
import type { Result } from './result.ts';

const FULL = { resource: 'neighbours', cause: 'the table was full', help: 'make it larger' } as const;

/** The seed's trace with a table that was full during one step. */
function spoilt(options: SyntheticOptions, kind: 'traffic' | 'probe', parts: { harmless?: true } = {}): Result {
  const index = seedPlan().timeline.findIndex((step) => step.kind === kind);
  const measurement = createMeasurement();
  let fromNs = 0;
  for (const record of syntheticTrace(options)) {
    const ends = record.type === 'step' && record.step === index && record.state !== 'started';
    if (ends) measurement.add({ type: 'exhausted', t: record.t, fromNs, ...FULL, ...parts } satisfies TraceRecord);
    if (record.type === 'step' && record.step === index && record.state === 'started') fromNs = record.t;
    measurement.add(record);
  }
  return measurement.result({ bootMs: null });
}

const statuses = (result: Result, index: number): Readonly<Record<string, string>> => {
  const step = seedPlan().timeline[index]?.name;
  return Object.fromEntries(
    result.checks.filter((check) => check.step === step).map(({ name, status }) => [name, status]),
  );
};

const PROBES = seedPlan().timeline.findIndex(({ kind }) => kind === 'probe');
const TRAFFIC = seedPlan().timeline.findIndex(({ kind }) => kind === 'traffic');

describe('while a table of the kernel was full', () => {
  it('what did not arrive is not judged, whatever was expected, and what did is', () => {
    const result = spoilt({ measured: (probeId) => (probeId % 2 === 0 ? 'denied' : null) }, 'probe');
    const own = result.checks.filter(({ step }) => step === seedPlan().timeline[PROBES]?.name);
    expect(own.length).toBeGreaterThan(2);
    for (const { status, measured, reason } of own) {
      expect(status).toBe(measured === 'denied' ? 'unjudged' : 'pass');
      if (measured === 'denied') expect(reason).toBe('not measurable here: the table was full');
    }
  });

  it('a rate that is too low is not judged, and one above its limit is', () => {
    const low = spoilt({ wireBytes: (_, s) => (80e6 / 8) * s }, 'traffic');
    expect(new Set(Object.values(statuses(low, TRAFFIC)))).toEqual(new Set(['unjudged', 'pass']));
    expect(low.checks.filter(({ status }) => status === 'unjudged').map(({ name }) => name)).toContain(
      'error_pct within 3',
    );
    const high = spoilt({ wireBytes: (_, s) => (130e6 / 8) * s }, 'traffic');
    expect(statuses(high, TRAFFIC)['error_pct within 3']).toBe('fail');
  });

  it('the run says so with the remedy, once', () => {
    const result = spoilt({ measured: () => 'denied' }, 'probe');
    expect(result.diagnostics).toEqual([
      { code: 'W501', severity: 'warning', message: 'the table was full', help: 'make it larger' },
    ]);
  });

  it('has nothing to do with the other steps', () => {
    const result = spoilt({ wireBytes: (_, s) => (80e6 / 8) * s }, 'probe');
    expect(statuses(result, TRAFFIC)['error_pct within 3']).toBe('fail');
  });

  it('nothing is spoilt where nothing was refused', () => {
    const result = spoilt({ wireBytes: (_, s) => (80e6 / 8) * s }, 'traffic', { harmless: true });
    expect(statuses(result, TRAFFIC)['error_pct within 3']).toBe('fail');
    expect(result.diagnostics).toHaveLength(1);
  });
});

describe('the verdict', () => {
  it('is unjudged when nothing else is unmet, and fail when something is', () => {
    expect(spoilt({ measured: () => null }, 'probe').verdict).toBe('pass');
    const low = spoilt({ wireBytes: (flow, s) => ((flow.flowId === 1 ? 80e6 : 99.8e6) / 8) * s }, 'traffic');
    expect(low.verdict).toBe('unjudged');
    expect(low.message).toMatch(/^\d of \d+ checks could not be measured here$/);
  });
});
