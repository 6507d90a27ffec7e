import { describe, expect, it, vi } from 'vitest';
import { LabClock, sleep } from './clock.ts';

describe('the lab’s clock', () => {
  it('counts whole nanoseconds from the lab’s beginning', () => {
    const times = [5_000_000_000n, 5_000_000_001n, 6_000_000_000n];
    const clock = new LabClock(() => times.shift()!);
    expect([clock.now(), clock.now()]).toEqual([1, 1_000_000_000]);
  });

  it('sleeps as long as asked, rounded up to milliseconds, and wakes when interrupted', async () => {
    vi.useFakeTimers();
    try {
      const stop = new AbortController();
      const woken: string[] = [];
      const short = sleep(1_500_000, stop.signal).then(() => woken.push('short'));
      const long = sleep(3600e9, stop.signal).then(() => woken.push('long'));
      await vi.advanceTimersByTimeAsync(1);
      expect(woken).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(woken).toEqual(['short']);
      stop.abort();
      await Promise.all([short, long]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
