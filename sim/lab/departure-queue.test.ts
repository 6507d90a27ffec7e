import { expect, it } from 'vitest';
import { departureQueue } from './departure-queue.ts';

it('holds every full frame that EDT sends ahead, all of one flow if need be', () => {
  // Two seconds of 100 Mbit/s are 25,000,000 bytes.
  expect(departureQueue(100e6)).toMatchObject({ limit: 16_513, flowLimit: 16_513 });
});

it('never holds less than the kernel would', () => {
  expect(departureQueue(1e6)).toMatchObject({ limit: 10_000, flowLimit: 10_000 });
  expect(departureQueue(null)).toEqual({ kind: 'fq', limit: 10_000, flowLimit: 10_000 });
});

it('keeps a frame that takes longer than the horizon, at 1 kbit/s', () => {
  expect(departureQueue(1000).horizonNs).toBeGreaterThan(12e9);
});
