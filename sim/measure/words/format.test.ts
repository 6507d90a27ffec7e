import { expect, test } from 'vitest';
import {
  formatBps,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatExpected,
  formatFairness,
  formatKernelClock,
  formatLimit,
  formatPct,
  formatRate,
  formatUs,
  formatValue,
} from './format.ts';

test.each([
  [formatBps(99_823_456), '99.82 Mbit/s'],
  [formatBps(100e6), '100.0 Mbit/s'],
  [formatBps(2.345e9), '2.345 Gbit/s'],
  [formatBps(0), '0 bit/s'],
  [formatBps(null), '–'],
  [formatRate(0), '0 bit/s'],
  [formatRate(999), '999 bit/s'],
  [formatRate(999_600), '1 Mbit/s'],
  [formatRate(1_000), '1 kbit/s'],
  [formatRate(95_641_000), '95.6 Mbit/s'],
  [formatRate(100_000_000), '100 Mbit/s'],
  [formatRate(2_345_000_000), '2.35 Gbit/s'],
  [formatDuration(0), '0 s'],
  [formatDuration(412), '412 ns'],
  [formatDuration(20_000), '20 µs'],
  [formatDuration(1_500_000), '1.5 ms'],
  [formatDuration(8_000_000_000), '8 s'],
  [formatClock(67_350_000_000), '1:07.3'],
  [formatExpected(3, '%'), '3 %'],
  [formatExpected(100e6, 'bit/s'), '100.0 Mbit/s'],
  [formatFairness(0.99847), '0.998'],
  [formatFairness(null), '–'],
  [formatLimit(100e6), '100M'],
  [formatLimit(104_857_600), '104.9M'],
  [formatLimit(null), '∞'],
  [formatPct(-0.18), '−0.18 %'],
  [formatPct(12.345), '+12.3 %'],
  [formatPct(-0.001), '0.00 %'],
  [formatUs(210), '210 µs'],
  [formatUs(1300), '1.30 ms'],
  [formatBytes(666), '666 B'],
  [formatBytes(null), '–'],
  [formatCount(1234567), '1\u202f234\u202f567'],
  [formatValue(3, '%'), '+3.00 %'],
  [formatValue('denied', null), 'denied'],
  [formatValue(7, 'packets'), '7 packets'],
  [formatValue(0.25, 's'), '250 ms'],
])('%s reads as %s', (formatted, expected) => {
  expect(formatted).toBe(expected);
});

test('a unit that is a word of JavaScript’s own is a unit like any', () => {
  expect(formatValue(7, 'constructor')).toBe('7 constructor');
});

test.each([
  [{ clock: 'real' }, 'real clock'],
  [{ clock: 'virtual' }, 'virtual clock'],
  [{ clock: 'virtual', seed: 7 }, 'virtual clock, seed 7'],
] as const)('whose time a kernel had', (kernel, words) => {
  expect(formatKernelClock(kernel)).toBe(words);
});
