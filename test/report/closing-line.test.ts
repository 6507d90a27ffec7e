import { expect, test } from 'vitest';
import { closingLines } from './closing-line.ts';

test('without skips the closing line has two numbers', () => {
  expect(closingLines({ passed: 3, failed: 0, skipped: [] })).toEqual(['3 passed, 0 failed']);
});

test('every skip is listed with its reason before the closing line', () => {
  const skipped = [{ name: 'a.test.ts > ipvlan on the host', reason: 'this kernel has no ipvlan' }];
  expect(closingLines({ passed: 3, failed: 1, skipped })).toEqual([
    'skipped: a.test.ts > ipvlan on the host: this kernel has no ipvlan',
    '3 passed, 1 failed, 1 skipped',
  ]);
});
