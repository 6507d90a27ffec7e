import { expect, it } from 'vitest';
import { SequenceCount } from './sequence.ts';

function counted(...sequences: number[]): SequenceCount {
  const count = new SequenceCount();
  for (const sequence of sequences) count.add(sequence);
  return count;
}

it('tells what is missing below the highest number, and forgets it when it comes late', () => {
  expect(counted(0, 1, 4)).toMatchObject({ distinct: 3, missing: 2, reordered: 0 });
  expect(counted(0, 1, 4, 2)).toMatchObject({ distinct: 4, missing: 1, reordered: 1 });
});

it('counts a number that comes again, and not as arrived', () => {
  expect(counted(0, 1, 1, 0)).toMatchObject({ distinct: 2, duplicates: 2, reordered: 0, missing: 0 });
});

it('goes on for millions', () => {
  expect(counted(5_000_000, 4_999_999)).toMatchObject({ distinct: 2, reordered: 1, missing: 4_999_999 });
});
