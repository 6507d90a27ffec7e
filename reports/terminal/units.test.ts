import { describe, expect, it } from 'vitest';
import { formatBytes, formatClock, formatDuration, formatRate } from './units.ts';

describe('numbers for people', () => {
  it.each([
    [0, '0 bit/s'],
    [999, '999 bit/s'],
    [999_600, '1 Mbit/s'],
    [1_000, '1 kbit/s'],
    [95_641_000, '95.6 Mbit/s'],
    [100_000_000, '100 Mbit/s'],
    [2_345_000_000, '2.35 Gbit/s'],
  ])('a rate of %d bit/s reads %s', (rate, text) => expect(formatRate(rate)).toBe(text));

  it('bytes carry the same prefixes', () => expect(formatBytes(64_200)).toBe('64.2 kB'));

  it.each([
    [412, '412 ns'],
    [20_000, '20 µs'],
    [1_500_000, '1.5 ms'],
    [8_000_000_000, '8 s'],
  ])('%d ns reads %s', (ns, text) => expect(formatDuration(ns)).toBe(text));

  it('a clock shows minutes, seconds and tenths', () => expect(formatClock(67_350_000_000)).toBe('1:07.3'));
});
