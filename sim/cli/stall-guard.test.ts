import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Plan } from '../plan/plan.ts';
import type { StepRecord } from '../trace/record.ts';
import { seedPlan } from '../trace/fixtures/seed-plan.ts';
import { StallGuard } from './stall-guard.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const plan = {
  ...seedPlan(),
  timeline: [
    { index: 0, name: 'an hour', kind: 'sleep', durationNs: 3600e9 },
    { index: 1, name: 'ready', kind: 'wait', pods: [], timeoutNs: 30e9 },
    { index: 2, name: 'an hour later', kind: 'sleep', durationNs: 1e9, notBefore: { step: 0, ns: 3600e9 } },
  ],
} as unknown as Plan;
const limits = { silenceMs: 5_000, labNs: 60e9 };

function guarded(): { guard: StallGuard; words: string[] } {
  const words: string[] = [];
  return { guard: new StallGuard(plan, limits, (said) => words.push(said)), words };
}

const step = (number: number, t: number): { type: 'trace'; record: StepRecord } => ({
  type: 'trace',
  record: { type: 'step', t, step: number, state: 'started' },
});

test('a lab that is silent for too long on the wall clock is said to have stopped, with its last step', () => {
  const { guard, words } = guarded();
  guard.heard(step(1, 2e9));
  vi.advanceTimersByTime(4_999);
  expect(words).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(words).toEqual([
    'nothing was heard of the lab for 5 s; the last was that step 2/3 `ready` started, at 2.000 s of its time',
  ]);
});

test('signs of life keep it going on the wall clock, but not for ever on its own', () => {
  const { guard, words } = guarded();
  guard.heard(step(1, 0));
  for (let t = 10e9; t <= 90e9; t += 10e9) {
    vi.advanceTimersByTime(4_000);
    guard.heard({ type: 'alive', t });
  }
  expect(words).toEqual([]); // 30 s planned and 60 s beyond
  guard.heard({ type: 'alive', t: 100e9 });
  guard.heard({ type: 'alive', t: 110e9 });
  expect(words).toEqual([
    'the lab made no progress for 100 s of its time; the last was that step 2/3 `ready` started, at 0.000 s of its time',
  ]);
  guard[Symbol.dispose]();
});

test('before a step that is to begin so long after another it may be silent for so long', () => {
  const { guard, words } = guarded();
  const finished = step(1, 2e9);
  guard.heard({ ...finished, record: { ...finished.record, state: 'finished' } });
  guard.heard({ type: 'alive', t: 3600e9 });
  expect(words).toEqual([]);
  guard.heard({ type: 'alive', t: 3700e9 });
  expect(words).toHaveLength(1);
  guard[Symbol.dispose]();
});

test('a step may be silent for as long as it is planned to take', () => {
  const { guard, words } = guarded();
  guard.heard(step(0, 0));
  guard.heard({ type: 'alive', t: 3600e9 });
  expect(words).toEqual([]);
  guard[Symbol.dispose]();
});

test('a held lab may do nothing, and a guard that is disposed of says nothing', () => {
  const { guard, words } = guarded();
  guard.heard({ type: 'holding' });
  guard.heard({ type: 'alive', t: 1e15 });
  guard[Symbol.dispose]();
  vi.advanceTimersByTime(60_000);
  expect(words).toEqual([]);
});
