import { expect, test } from 'vitest';
import { checkMutant } from './check-mutant.ts';
import { mutant } from './mutate.ts';

test('three hundred mutated manifests: accepted or refused, each error inside its file', () => {
  const ends = Array.from({ length: 300 }, (_, number) => {
    try {
      return checkMutant(mutant(number));
    } catch (error) {
      return `mutant ${number}: ${String(error)}`;
    }
  });
  expect(ends.filter((end) => end !== 0 && end !== 2)).toEqual([]);
  // Mutations that change nothing, or nothing but wrong ones, would show nothing.
  expect(ends).toContain(0);
  expect(ends).toContain(2);
});
