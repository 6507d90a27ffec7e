import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['8s', 8e9],
  ['500ms', 5e8],
  ['1.5ms', 1.5e6],
  ['100us', 1e5],
  ['20ns', 20],
  ['1m', 6e10],
  ['0s', 0],
])('%s is %d ns', (text, ns) => {
  expect(parseDuration(text)).toBe(ns);
});

test.each(['', '8', 's', '8 s', '-8s', '8S', '1h', '.5s', '1e3s', '8s ', '1m30s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});
