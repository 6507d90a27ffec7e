import { expect, it } from 'vitest';
import { sumTallies } from './sum-tallies.ts';

const failure = { name: 'a.test.ts > b', reason: 'c' };
const run = (passed: number, failed: number): string =>
  `${JSON.stringify({ passed, failed: Array.from({ length: failed }, () => failure), skipped: [] })}\n`;

it('adds the runs up', () => {
  expect(sumTallies(run(3, 0) + run(4, 1), 2)).toMatchObject({ passed: 7, failed: [failure] });
});

it('counts a run that left no tally as a failure', () => {
  expect(sumTallies(run(3, 0), 2)).toMatchObject({ passed: 3, failed: [{ name: 'a run' }] });
  expect(sumTallies('', 1)).toMatchObject({ passed: 0, failed: [{ name: 'a run' }] });
});
