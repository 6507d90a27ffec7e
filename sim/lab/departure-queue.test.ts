import { expect, it } from 'vitest';
import { departureQueue } from './departure-queue.ts';

it('holds every full frame that EDT sends ahead, all of one flow if need be', () => {
  // 100 ms of 100 Mbit/s are 36,765 frames of 34 bytes; two seconds are 16,513 full ones.
  expect(departureQueue(100e6)).toMatchObject({ limit: 36_765, flowLimit: 36_765 });
});

it('never holds less than the kernel would', () => {
  expect(departureQueue(1e6)).toMatchObject({ limit: 10_000, flowLimit: 10_000 });
  expect(departureQueue(null)).toMatchObject({ kind: 'fq', limit: 10_000, flowLimit: 10_000 });
});

it('paces no TCP that nothing limits', () => {
  expect(departureQueue(null).pacing).toBe(false);
  expect(departureQueue(1e6).pacing).toBe(true);
});

it('keeps a frame that takes longer than the horizon, at 1 kbit/s', () => {
  expect(departureQueue(1000).horizonNs).toBeGreaterThan(12e9);
});

it('has room for the smallest frames that may wait, whatever they are charged', () => {
  // 34 bytes are charged 84, or 20.
  expect(departureQueue(100e6, 'wire')).toMatchObject({ limit: 16_255 });
  expect(departureQueue(100e6, 'ip')).toMatchObject({ limit: 62_500 });
});
