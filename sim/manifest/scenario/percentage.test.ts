import { expect, test } from 'vitest';
import { parsePercentage } from './percentage.ts';

test('a percentage is a number from 0 to 100 with its sign', () => {
  expect(['0%', '0.1%', '1%', '100%'].map(parsePercentage)).toEqual([0, 0.1, 1, 100]);
});

test.each(['1', '100.1%', '-1%', '1 %', '.5%', '%', ''])('`%s` is none', (text) => {
  expect(parsePercentage(text)).toBeNull();
});
