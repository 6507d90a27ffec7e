import { expect, test } from 'vitest';
import { closingLines } from './closing-line.ts';

test('without skips the closing line has two numbers', () => {
  expect(closingLines({ passed: 3, failed: [], skipped: [] })).toEqual(['3 passed, 0 failed']);
});

test('every skip and every failure is listed with its reason before the closing line', () => {
  const skipped = [{ name: 'a.test.ts > ipvlan on the host', reason: 'this kernel has no ipvlan' }];
  const failed = [{ name: 'b.test.ts > a rate', reason: 'expected 9 to be 10' }];
  expect(closingLines({ passed: 3, failed, skipped })).toEqual([
    'skipped: a.test.ts > ipvlan on the host: this kernel has no ipvlan',
    'failed: b.test.ts > a rate: expected 9 to be 10',
    '3 passed, 1 failed, 1 skipped',
  ]);
});
