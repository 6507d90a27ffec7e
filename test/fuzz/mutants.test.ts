/** Some of each kind; `npm run test:fuzz` reads thousands. */
import { expect, test } from 'vitest';
import { KINDS } from './kinds.ts';

test.each(Object.keys(KINDS))('a hundred mutants of %s: each accepted or refused', async (name) => {
  await using kind = await KINDS[name]!();
  const ends: unknown[] = [];
  for (let number = 0; number < 100; number++) {
    try {
      ends.push(await kind.check(number));
    } catch (error) {
      ends.push(`mutant ${number}: ${String(error)}`);
    }
  }
  expect(ends.filter((end) => end !== 0 && end !== 2)).toEqual([]);
  // Mutations that change nothing, or nothing but wrong ones, would show nothing.
  expect(ends).toContain(0);
  expect(ends).toContain(2);
});
