import { expect, test } from 'vitest';
import { CounterSeries } from '../observing/counter-series.ts';
import { outBy } from './first-second.ts';

const MS = 1e6;
/** 65,000 bytes are 52 ms of it. */
const LIMIT = 10e6;
const BUFFER = 65_000;

/** Buffers that leave every 52 ms, the first at `first`, read every millisecond. */
function buffers(first: number, count = 30): CounterSeries {
  const series = new CounterSeries();
  for (let ms = 1; ms <= first + 52 * count; ms++) {
    const left = ms < first ? 0 : Math.min(count, 1 + Math.floor((ms - first) / 52));
    if (left > 0) series.add(ms * MS, left * BUFFER, (ms - 1) * MS);
  }
  return series;
}

test('wherever a second begins and ends among super-packets, it holds what the limit lets through', () => {
  const series = buffers(52);
  for (let begin = 52; begin < 250; begin += 7) {
    const bytes = outBy(series, (begin + 1000) * MS, LIMIT) - outBy(series, begin * MS, LIMIT);
    expect((bytes * 8) / LIMIT).toBeCloseTo(1, 3);
  }
});

test('of a buffer that has not begun to leave nothing counts: the sender was idle', () => {
  const series = buffers(200);
  expect(outBy(series, 147 * MS, LIMIT)).toBe(0);
  expect(outBy(series, 174 * MS, LIMIT)).toBeCloseTo(BUFFER / 2, 0);
});

test('a burst is no super-packet: what comes between two readings is counted as ever', () => {
  const series = new CounterSeries();
  series.add(1e9, 1000, 0.9e9);
  series.add(1.1e9, 1000 + 25e6, 1e9);
  expect(outBy(series, 1.05e9, LIMIT)).toBe(1000 + 12.5e6);
});

test('without a limit, or with nothing behind it, it is what was counted', () => {
  const series = buffers(52, 3);
  expect(outBy(series, 1e9, LIMIT)).toBe(3 * BUFFER);
  expect(outBy(series, 60 * MS, null)).toBe(series.at(60 * MS));
});
