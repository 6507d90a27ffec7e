import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { metronome } from './metronome.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const clock = { now: () => Date.now() * 1e6 };
const never = new AbortController().signal;

it('beats at even distances from the epoch and a last time at the end, whole or not', async () => {
  const beats: [number, number][] = [];
  const epochNs = clock.now();
  const done = metronome(
    clock,
    { epochNs, everyNs: 100e6, durationNs: 250e6 },
    (n) => beats.push([n, (clock.now() - epochNs) / 1e6]),
    never,
  );
  await vi.runAllTimersAsync();
  await done;
  expect(beats).toEqual([
    [1, 100],
    [2, 200],
    [3, 250],
  ]);
});

it('leaves out what it missed, and comes back to its own times', async () => {
  const beats: number[] = [];
  const epochNs = clock.now();
  const done = metronome(
    clock,
    { epochNs, everyNs: 10e6, durationNs: 60e6 },
    (n) => {
      beats.push(n);
      // Something else takes the thread for 25 ms.
      if (n === 2) vi.setSystemTime(Date.now() + 25);
    },
    never,
  );
  await vi.runAllTimersAsync();
  await done;
  expect(beats).toEqual([1, 2, 5, 6]);
});

it('ends at once when it is told to', async () => {
  const stop = new AbortController();
  const done = metronome(clock, { epochNs: clock.now(), everyNs: 1e6, durationNs: 1e12 }, () => undefined, stop.signal);
  stop.abort();
  await done;
  expect(vi.getTimerCount()).toBe(0);
});

it('passes on what goes wrong in a beat', async () => {
  const done = metronome(
    clock,
    { epochNs: clock.now(), everyNs: 1e6, durationNs: 1e9 },
    () => {
      throw new Error('the socket is gone');
    },
    never,
  );
  const failed = expect(done).rejects.toThrow('the socket is gone');
  await vi.runAllTimersAsync();
  await failed;
});
