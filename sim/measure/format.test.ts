import { expect, test } from 'vitest';
import { formatBps, formatBytes, formatCount, formatLimit, formatPct, formatUs, formatValue } from './format.ts';

test.each([
  [formatBps(99_823_456), '99.82 Mbit/s'],
  [formatBps(100e6), '100.0 Mbit/s'],
  [formatBps(2.345e9), '2.345 Gbit/s'],
  [formatBps(0), '0 bit/s'],
  [formatBps(null), '–'],
  [formatLimit(100e6), '100M'],
  [formatLimit(104_857_600), '104.9M'],
  [formatLimit(null), '∞'],
  [formatPct(-0.18), '−0.18 %'],
  [formatPct(12.345), '+12.3 %'],
  [formatPct(-0.001), '0.00 %'],
  [formatUs(210), '210 µs'],
  [formatUs(1300), '1.30 ms'],
  [formatBytes(666), '666 B'],
  [formatCount(1234567), '1\u202f234\u202f567'],
  [formatValue(3, '%'), '+3.00 %'],
  [formatValue('denied', null), 'denied'],
  [formatValue(7, 'packets'), '7 packets'],
  [formatValue(0.25, 's'), '250 ms'],
])('%s reads as %s', (formatted, expected) => {
  expect(formatted).toBe(expected);
});
