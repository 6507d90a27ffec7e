import { expect, it } from 'vitest';
import { sumTallies } from './sum-tallies.ts';

const run = (passed: number, failed: number): string => `${JSON.stringify({ passed, failed, skipped: [] })}\n`;

it('adds the runs up', () => {
  expect(sumTallies(run(3, 0) + run(4, 1), 2)).toMatchObject({ passed: 7, failed: 1 });
});

it('counts a run that left no tally as a failure', () => {
  expect(sumTallies(run(3, 0), 2)).toMatchObject({ passed: 3, failed: 1 });
  expect(sumTallies('', 1)).toMatchObject({ passed: 0, failed: 1 });
});
