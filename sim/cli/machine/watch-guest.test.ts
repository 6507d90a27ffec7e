import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GuestWatch, threadTimes, type ThreadTimes } from './watch-guest.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('adds up the threads of a step, those that come and those that end', () => {
  let nowNs = 0;
  let threads: ThreadTimes[] = [{ id: '1', ranNs: 5e9, waitedNs: 1e9 }];
  let ticks = { all: 1000, stolen: 10 };
  using watch = new GuestWatch({ threads: () => threads, ticks: () => ticks, nowNs: () => nowNs });
  watch.begin(2);
  threads = [
    { id: '1', ranNs: 7e9, waitedNs: 2e9 },
    { id: '9', ranNs: 1e9, waitedNs: 3e9 },
  ];
  vi.advanceTimersByTime(500);
  threads = [{ id: '1', ranNs: 8e9, waitedNs: 2e9 }];
  nowNs = 10e9;
  ticks = { all: 3000, stolen: 110 };
  expect(watch.end(2, 77)).toEqual({
    type: 'machine',
    t: 77,
    step: 2,
    wallNs: 10e9,
    ranNs: 4e9,
    waitedNs: 4e9,
    stolenPct: 5,
  });
  expect(watch.end(2, 78)).toBeNull();
});

it('says nothing where the machine does not count', () => {
  let nowNs = 0;
  using watch = new GuestWatch({ threads: () => [], ticks: () => ({ all: 0, stolen: 0 }), nowNs: () => nowNs });
  watch.begin(0);
  nowNs = 1e9;
  expect(watch.end(0, 1)).toBeNull();
});

it('reads this very process', () => {
  const [own] = threadTimes([process.pid]);
  expect(own?.ranNs).toBeGreaterThan(0);
  expect(threadTimes([2 ** 22 + 1])).toEqual([]);
});
