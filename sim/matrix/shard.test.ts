import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseShard, partOf } from './shard.ts';

describe('parts of a matrix', () => {
  test('are together the whole, each item in one, and differ in size by at most one', () => {
    const counts = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.array(fc.integer()), counts, (items, count) => {
        const parts = Array.from({ length: count }, (_, at) => partOf(items, { index: at + 1, count }));
        expect(parts.flat()).toEqual(items);
        const sizes = parts.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('keep a kernel’s scenarios on one machine where they can', () => {
    expect(partOf(['k1 a', 'k1 b', 'k2 a', 'k2 b'], { index: 2, count: 2 })).toEqual(['k2 a', 'k2 b']);
  });
});

describe('a shard on the command line', () => {
  test('counts from 1', () => {
    expect(parseShard('2/5', {})).toEqual({ index: 2, count: 5 });
  });

  test('is taken from an Indexed Job, whose pods count from 0', () => {
    expect(parseShard('job/3', { JOB_COMPLETION_INDEX: '0' })).toEqual({ index: 1, count: 3 });
    expect(parseShard('job/3', { JOB_COMPLETION_INDEX: '2' })).toEqual({ index: 3, count: 3 });
  });

  test.each([
    ['0/3', {}, 'there is no shard 0 of 3; they count from 1'],
    ['4/3', {}, 'there is no shard 4 of 3; they count from 1'],
    ['1/0', {}, 'there must be at least one shard'],
    ['half', {}, '"half" is no shard; write 1/4 to 4/4, or job/4 in an Indexed Job'],
    ['1.5/2', {}, '"1.5/2" is no shard; write 1/4 to 4/4, or job/4 in an Indexed Job'],
    ['job/3', {}, 'JOB_COMPLETION_INDEX is not set; job/3 needs it'],
    ['job/3', { JOB_COMPLETION_INDEX: 'x' }, 'JOB_COMPLETION_INDEX is "x"; job/3 needs it'],
    [
      'job/3',
      { JOB_COMPLETION_INDEX: '3' },
      "JOB_COMPLETION_INDEX is 3, but there are 3 shards: the Job's completions must be as many",
    ],
  ])('%s with %o is refused', (text, variables, words) => {
    expect(parseShard(text, variables)).toBe(words);
  });
});
