import { describe, expect, it } from 'vitest';
import { seedPlan } from '../../trace/fixtures/seed-plan.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { syntheticTrace, type SyntheticOptions } from '../fixtures/synthetic-trace.ts';
import { createMeasurement } from '../observing/reduce.ts';
import type { Result } from '../result.ts';

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
    expect(spoilt({}, 'traffic', { harmless: true }).verdict).toBe('pass');
    const low = spoilt({ wireBytes: (flow, s) => ((flow.flowId === 1 ? 80e6 : 99.8e6) / 8) * s }, 'traffic');
    expect(low.verdict).toBe('unjudged');
    expect(low.message).toMatch(/^\d of \d+ checks could not be measured here$/);
  });
});

/** The seed's first traffic step on a machine that kept its processors from the kernel for so much of the time. */
function starved(wireBps: number, waitedPct: number, clock: 'real' | 'virtual' = 'real', ranNs = 3e9): Result {
  const measurement = createMeasurement();
  for (const record of syntheticTrace({ wireBytes: (flow, s) => ((flow.flowId === 1 ? wireBps : 99.8e6) / 8) * s })) {
    measurement.add(record.type === 'run' ? { ...record, kernel: { ...record.kernel, clock } } : record);
    if (record.type !== 'step' || record.step !== TRAFFIC || record.state === 'started') continue;
    const times = { wallNs: 10e9, ranNs, waitedNs: waitedPct * 1e8, stolenPct: 0 };
    measurement.add({ type: 'machine', t: record.t, step: TRAFFIC, ...times });
  }
  return measurement.result({ bootMs: null });
}

const errorOf = (result: Result) => statuses(result, TRAFFIC)['error_pct within 3'];

describe('on a machine that kept its processors from the kernel', () => {
  it('a rate that is too low is not judged, and the run says so with the remedy', () => {
    const result = starved(78e6, 45);
    expect(errorOf(result)).toBe('unjudged');
    expect(result.verdict).toBe('unjudged');
    expect(result.checks.find(({ status }) => status === 'unjudged')?.reason).toBe(
      'not measurable here: the machine kept a processor from the kernel for 45 % of the time',
    );
    expect(result.diagnostics).toMatchObject([
      { code: 'W502', help: expect.stringContaining('--clock virtual') as string },
    ]);
  });

  it('an error that it cannot explain is a failure: a quiet machine, or too much for what was taken', () => {
    expect(errorOf(starved(78e6, 5))).toBe('fail');
    expect(errorOf(starved(50e6, 12))).toBe('fail');
    expect(starved(78e6, 5).diagnostics).toEqual([]);
  });

  it('short waits explain a small error: no bound below which a machine is quiet for a rate', () => {
    const result = starved(95e6, 8.5);
    expect(errorOf(result)).toBe('unjudged');
    expect(result.diagnostics).toMatchObject([{ code: 'W502' }]);
  });

  it('a rate above its limit is a failure, however busy it was', () => {
    expect(errorOf(starved(130e6, 99))).toBe('fail');
  });

  it('what is met stays met', () => {
    expect(errorOf(starved(99.8e6, 99))).toBe('pass');
  });

  it('a kernel that was never idle carries no more: a rate below is not judged, one above is a failure', () => {
    const slow = starved(60e6, 2, 'real', 9.75e9);
    expect(errorOf(slow)).toBe('unjudged');
    expect(slow.diagnostics).toMatchObject([
      { code: 'W502', message: expect.stringMatching(/^the kernel used all that its processor can do/) as string },
    ]);
    expect(errorOf(starved(130e6, 2, 'real', 9.75e9))).toBe('fail');
    expect(errorOf(starved(60e6, 2, 'real', 9e9))).toBe('fail');
  });

  it('virtual time feels nothing of it', () => {
    expect(errorOf(starved(78e6, 99, 'virtual'))).toBe('fail');
  });
});

it('a step that was done once more is judged by the second time alone', () => {
  const measurement = createMeasurement();
  const first = syntheticTrace({ wireBytes: (_, s) => (60e6 / 8) * s });
  const begin = first.findIndex((record) => record.type === 'step' && record.step === TRAFFIC);
  const end = first.findLastIndex((record) => record.type === 'step' && record.step === TRAFFIC);
  const slow = first.slice(begin, end + 1);
  const shiftNs = (first[end]?.t ?? 0) - (first[begin]?.t ?? 0);
  const later = (record: TraceRecord): TraceRecord => ({ ...record, t: record.t + shiftNs }) as TraceRecord;
  // The counters of the second time go on where those of the first stood.
  const counted = new Map<string, { readonly bytes: number; readonly packets: number }>();
  for (const record of slow) if (record.type === 'qdisc') counted.set(`${record.where} ${record.direction}`, record);
  for (const record of first.slice(0, end + 1)) measurement.add(record);
  for (const record of syntheticTrace({ wireBytes: (_, s) => (99.8e6 / 8) * s }).slice(begin, end + 1)) {
    if (record.type === 'endpoint') continue;
    const before = record.type === 'qdisc' ? counted.get(`${record.where} ${record.direction}`) : undefined;
    const moved =
      record.type === 'qdisc' && before !== undefined
        ? { ...record, bytes: record.bytes + before.bytes, packets: record.packets + before.packets }
        : record;
    measurement.add(later(moved));
  }
  const result = measurement.result({ bootMs: null });
  expect(statuses(result, TRAFFIC)['error_pct within 3']).toBe('pass');
  expect(result.flows.find(({ flow_id }) => flow_id === 1)?.error_pct).toBeCloseTo(-0.2, 1);
});
