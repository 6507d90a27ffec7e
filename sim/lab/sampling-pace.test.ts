import { expect, it } from 'vitest';
import { SamplingPace } from './sampling-pace.ts';

const quiet = (pace: SamplingPace, samples: number): number[] =>
  Array.from({ length: samples }, () => pace.after(false));

it('takes rarer samples of a quiet lab that only waits, up to one in half a minute', () => {
  const pace = new SamplingPace(100);
  pace.begin({ kind: 'sleep' });
  expect(quiet(pace, 9)).toEqual(Array<number>(9).fill(100));
  expect(quiet(pace, 10)).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
});

it('is back at its interval when something moved, and when the next step begins', () => {
  const pace = new SamplingPace(100);
  pace.begin({ kind: 'sleep' });
  quiet(pace, 15);
  expect(pace.after(true)).toBe(100);
  quiet(pace, 15);
  pace.begin({ kind: 'sleep' });
  expect(pace.after(false)).toBe(100);
});

it('keeps its interval in steps that make packets, which may come at long intervals', () => {
  const pace = new SamplingPace(100);
  pace.begin({ kind: 'traffic' });
  expect(new Set(quiet(pace, 50))).toEqual(new Set([100]));
});
