import { expect, it } from 'vitest';
import { parseByteCount } from './byte-count.ts';

it.each([
  ['10M', 10_000_000],
  ['10Mi', 10_485_760],
  ['1', 1],
  ['1.5k', 1500],
  ['1e6', 1_000_000],
  ['1P', 1_000_000_000_000_000],
])('reads %s as %i bytes', (text, bytes) => {
  expect(parseByteCount(text)).toBe(bytes);
});

it.each([
  ['0', 'is less than one byte'],
  ['-1M', 'is less than one byte'],
  ['0.5', 'is no whole number of bytes'],
  ['1m', 'is no whole number of bytes'],
  ['2P', 'is more than 1P'],
  ['10 M', 'is not a Kubernetes quantity (a number and a suffix, without a space: 100M)'],
  ['10MB', 'has a suffix that Kubernetes does not know (n u m k M G T P E, Ki Mi Gi Ti Pi Ei, or e3)'],
])('refuses %s', (text, problem) => {
  expect(parseByteCount(text)).toBe(problem);
});

it('speaks of bits where they are', () => {
  expect(parseByteCount('0', 'bit')).toBe('is less than one bit');
  expect(parseByteCount('0.5', 'bit')).toBe('is no whole number of bits');
});
