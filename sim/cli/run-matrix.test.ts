import { expect, test } from 'vitest';
import { Eta } from './run-matrix.ts';

test('what is left is told from how long the cells took that are done, workers side by side', () => {
  const eta = new Eta(5, 2, 0);
  expect(eta.done(60_000)).toBe('1 of 5 cells done, about 4 min left'); // a round of two takes two minutes
  expect(eta.done(60_000)).toBe('2 of 5 cells done, about 2 min left');
  expect(eta.done(80_000)).toBe('3 of 5 cells done, about 53 s left');
  expect(eta.done(90_000)).toBe('4 of 5 cells done, about 45 s left');
  expect(eta.done(100_000)).toBeNull();
});
