import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CounterSeries } from './counter-series.ts';
import { percentile } from '../flow/percentile.ts';

test('between two samples the counter is a straight line, before the first it is 0', () => {
  const series = new CounterSeries();
  series.add(1e9, 100, 0.9e9);
  series.add(1.1e9, 200, 1e9);
  expect([0, 0.9e9, 0.95e9, 1e9, 1.05e9, 1.1e9, 9e9].map((t) => series.at(t))).toEqual([0, 0, 50, 100, 150, 200, 200]);
});

test('a counter without a record stood still until the sampling before its next one', () => {
  const series = new CounterSeries();
  series.add(1e9, 100, 0.9e9);
  series.add(5e9, 200, 4.9e9);
  expect(series.at(4.9e9)).toBe(100);
  expect(series.rate(4e9, 5e9)).toBe(100);
});

test('samples that found nothing moved cost no points', () => {
  const series = new CounterSeries();
  for (let t = 1; t <= 1000; t++) series.add(t * 1e8, 7, (t - 1) * 1e8);
  expect(series.times.length).toBeLessThanOrEqual(3);
  expect(series.at(500e8)).toBe(7);
});

test('a counter that never moved costs no points, and begins to move like any other', () => {
  const series = new CounterSeries();
  for (let t = 1; t <= 1000; t++) series.add(t * 1e8, 0, (t - 1) * 1e8);
  expect(series.times).toEqual([]);
  series.add(1001e8, 7, 1000e8);
  expect([999e8, 1000e8, 1000.5e8, 1001e8].map((t) => series.at(t))).toEqual([0, 0, 3.5, 7]);
});

test('what nobody asks for any more can be forgotten, and the rest is as before', () => {
  const [forgetful, other] = [new CounterSeries(), new CounterSeries()];
  for (let i = 1; i <= 100; i++) for (const series of [forgetful, other]) series.add(i * 1e9, i * i, (i - 1) * 1e9);
  forgetful.forgetBefore(90.5e9);
  expect(forgetful.times).toEqual(Array.from({ length: 11 }, (_, i) => (90 + i) * 1e9));
  for (const t of [90.5e9, 91e9, 99.9e9, 200e9]) {
    expect(forgetful.at(t)).toBe(other.at(t));
    expect(forgetful.sampledBefore(t)).toBe(other.sampledBefore(t));
    expect(forgetful.nextRise(t)).toEqual(other.nextRise(t));
  }
  forgetful.forgetBefore(1e15);
  expect([forgetful.times, forgetful.last]).toEqual([[100e9], 100 * 100]);
});

test('a counter or a time that goes back is an error', () => {
  const series = new CounterSeries();
  series.add(1e9, 100, 0);
  expect(() => series.add(2e9, 99, 1e9)).toThrow('a cumulative counter goes back from 100 to 99');
  expect(() => series.add(0.5e9, 100, 0)).toThrow('time goes back');
});

test('however it is sampled, the counter at a sample is the sample, and it never falls', () => {
  const samples = fc.array(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6)), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(samples, (steps) => {
      const series = new CounterSeries();
      const points: [number, number][] = [];
      let t = 0;
      let value = 0;
      for (const [dt, dv] of steps) {
        series.add(t + dt, value + dv, t);
        t += dt;
        value += dv;
        points.push([t, value]);
      }
      for (const [at, expected] of points) expect(series.at(at)).toBeCloseTo(expected, 6);
      for (let at = 0; at < t; at += t / 20) expect(series.at(at)).toBeLessThanOrEqual(series.at(at + t / 20) + 1e-6);
    }),
  );
});

test('the nearest-rank percentile is a value that was seen', () => {
  const values = [15, 20, 35, 40, 50];
  expect([5, 30, 40, 50, 100].map((percent) => percentile(values, percent))).toEqual([15, 20, 20, 35, 50]);
  expect(percentile([], 50)).toBeNull();
  expect(() => percentile(values, 0)).toThrow(RangeError);
});
