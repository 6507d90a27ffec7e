import { describe, expect, it } from 'vitest';
import type { ExpectationPlan, InjectionPlan, Plan, StepPlan } from '../../plan/plan.ts';
import { CLIENT, POD_A, POD_B, flow, seedPlan } from '../../trace/fixtures/seed-plan.ts';
import { type TraceRecord, traceRecordSchema } from '../../trace/record.ts';
import { syntheticTrace } from '../fixtures/synthetic-trace.ts';
import { createMeasurement } from '../observing/reduce.ts';
import type { Check } from '../result.ts';

const party = (name: string) => {
  const [namespace = '', pod = ''] = name.split('/');
  return { kind: 'pod', namespace, name: pod } as const;
};
const frames = (from: string, to: string): InjectionPlan => ({
  from: party(from),
  to: party(to),
  fromInterface: 'eth0',
  toInterface: 'eth0',
  fromAddress: '172.51.0.1',
  toAddress: '172.51.0.2',
  frame: 'datagram',
  count: 5,
});
const drops = (reason: string | null, op: '==' | '>' | '<=', value: number): ExpectationPlan => ({
  text: `drops${reason === null ? '' : `.${reason}`} ${op} ${value}`,
  position: null,
  flowId: null,
  metric: 'drops',
  dropReason: reason,
  comparison: { op, value: { of: 'number', value } },
});

const ENDPOINT: Readonly<Record<string, number>> = { [POD_A]: 1, [POD_B]: 2, [CLIENT]: 3 };
const MS = 1e6;
const BEGUN = 1000 * MS;

/** A counter as it stands at a moment, in milliseconds of the step; negative: before it began. */
function counted(atMs: number, endpointId: number, reason: string, packets: number): TraceRecord {
  const t = BEGUN + atMs * MS;
  const counts = { packets, bytes: packets * 60 };
  return { type: 'drop', t, endpointId, direction: 'egress', reason, isolatedBy: [], ruleId: 0, ...counts };
}

/** The checks of one step `inject` from pod A to pod B, which lasts 50 ms. */
function checksOf(
  expectations: readonly ExpectationPlan[],
  counters: readonly TraceRecord[],
  end: 'finished' | 'failed' | null = 'finished',
): Check[] {
  const step: StepPlan = {
    index: 0,
    name: 'frames',
    position: null,
    kind: 'inject',
    injections: [frames(POD_A, POD_B)],
    expect: expectations,
  };
  const plan: Plan = { ...seedPlan(), timeline: [step] };
  const ended: TraceRecord[] =
    end === null
      ? []
      : [
          {
            type: 'step',
            t: BEGUN + 50 * MS,
            step: 0,
            state: end,
            ...(end === 'failed' ? { message: 'no eth0' } : {}),
          },
        ];
  const records: TraceRecord[] = [
    ...syntheticTrace({ plan, stopBeforeStep: 0, end: null }),
    { type: 'step', t: BEGUN, step: 0, state: 'started' },
    ...counters,
    ...ended,
    { type: 'end', t: BEGUN + 60 * MS, outcome: 'completed' },
  ];
  const measurement = createMeasurement();
  for (const record of records.toSorted((a, b) => a.t - b.t)) {
    expect(traceRecordSchema.safeParse(record).error).toBeUndefined();
    measurement.add(record);
  }
  return [...measurement.result({ bootMs: 0 }).checks];
}

const briefly = (checks: readonly Check[]) => checks.map(({ status, measured }) => [status, measured]);

describe('a step that injects frames', () => {
  it('is met when a reason counts as many as it expects, and all reasons together', () => {
    const counters = [counted(40, ENDPOINT[POD_A]!, 'INVALID_SOURCE', 5), counted(40, ENDPOINT[POD_B]!, 'FRAGMENT', 2)];
    const asked = [drops('INVALID_SOURCE', '==', 5), drops(null, '==', 7), drops('AQM', '<=', 0)];
    expect(briefly(checksOf(asked, counters))).toEqual([
      ['pass', 5],
      ['pass', 7],
      ['pass', 0],
    ]);
  });

  it('fails with what was counted instead', () => {
    const [check] = checksOf([drops('INVALID_SOURCE', '==', 5)], [counted(40, ENDPOINT[POD_A]!, 'INVALID_SOURCE', 4)]);
    expect(check).toMatchObject({ step: 'frames', name: 'drops.INVALID_SOURCE == 5', status: 'fail' });
    expect(check).toMatchObject({ expected: 5, measured: 4, unit: 'packets', reason: '4 packets is not == 5 packets' });
  });

  it('counts what its own time added: not what was dropped before, nor after', () => {
    const before = counted(-1, ENDPOINT[POD_A]!, 'POLICY_DENIED', 100);
    const within = counted(45, ENDPOINT[POD_A]!, 'POLICY_DENIED', 103);
    const after = counted(55, ENDPOINT[POD_A]!, 'POLICY_DENIED', 110);
    expect(briefly(checksOf([drops(null, '==', 3)], [before, within, after]))).toEqual([['pass', 3]]);
  });

  it('counts at its own parties and at interfaces that are nobody’s, and not what others drop meanwhile', () => {
    const counters = [counted(40, ENDPOINT[CLIENT]!, 'POLICY_DENIED', 9), counted(40, 0, 'UNKNOWN_ENDPOINT', 5)];
    expect(briefly(checksOf([drops(null, '==', 5), drops('UNKNOWN_ENDPOINT', '==', 5)], counters))).toEqual([
      ['pass', 5],
      ['pass', 5],
    ]);
  });

  it('that failed, or was cut off, meets nothing: what it sent is not known', () => {
    const asked = [drops(null, '==', 0), drops('AQM', '==', 0)];
    expect(checksOf(asked, [], 'failed')).toMatchObject([{ status: 'fail', reason: 'no eth0' }]);
    expect(checksOf(asked, [], null)).toMatchObject([
      { status: 'fail', reason: 'the run ended before the step did', name: 'the step `inject` completes' },
    ]);
  });

  it('that was never reached is skipped, line by line', () => {
    const plan: Plan = {
      ...seedPlan(),
      timeline: [
        {
          index: 0,
          name: 'frames',
          position: null,
          kind: 'inject',
          injections: [frames(POD_A, POD_B)],
          expect: [drops(null, '==', 0), drops('AQM', '>', 0)],
        },
      ],
    };
    const measurement = createMeasurement();
    for (const record of syntheticTrace({ plan, stopBeforeStep: 0, end: 'interrupted' })) measurement.add(record);
    expect(measurement.result({ bootMs: 0 }).checks).toMatchObject([
      { name: 'drops == 0', status: 'skip' },
      { name: 'drops.AQM > 0', status: 'skip' },
    ]);
  });
});

it('of a flow says its two ends once, whether the expectation names them or not', () => {
  const named = (text: string, flowId: number | null): ExpectationPlan => ({ ...drops(null, '==', 0), text, flowId });
  const expectations = [named('drops == 0', null), named('test[0] -> test[1]: drops == 0', 1)];
  const namesWith = (flows: Extract<StepPlan, { kind: 'traffic' }>['flows']): string[] => {
    const step: StepPlan = { index: 0, name: 'traffic', position: null, kind: 'traffic', flows, expect: expectations };
    const measurement = createMeasurement();
    for (const record of syntheticTrace({ plan: { ...seedPlan(), timeline: [step] } })) measurement.add(record);
    return measurement.result({ bootMs: null }).checks.map(({ name }) => name);
  };
  const there = `${POD_A} -> ${POD_B}: drops == 0`;
  expect(namesWith([flow(1, POD_A, POD_B)])).toEqual(['drops == 0', there]);
  expect(namesWith([flow(1, POD_A, POD_B), flow(2, POD_B, POD_A)])).toEqual([
    ...[there, there],
    `${POD_B} -> ${POD_A}: drops == 0`,
  ]);
});
