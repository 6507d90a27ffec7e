import { describe, expect, test } from 'vitest';
import { matrixOf } from './fixtures/sample-matrix.ts';
import { mergeMatrices } from './merge.ts';
import { partOf } from './shard.ts';

const whole = matrixOf();
const shardOf = (index: number, count: number) => ({
  from: `shard-${index}`,
  matrix: matrixOf({ shards: [{ index, count }], cells: partOf(whole.cells, { index, count }) }),
});

describe('merged shards', () => {
  test('are the matrix of one machine, in whatever order they come', () => {
    expect(mergeMatrices([shardOf(3, 3), shardOf(1, 3), shardOf(2, 3)])).toEqual(whole);
  });

  test('of which one is missing say so', () => {
    expect(mergeMatrices([shardOf(1, 3), shardOf(3, 3)])).toMatchObject({
      shards: [
        { index: 1, count: 3 },
        { index: 3, count: 3 },
      ],
    });
  });

  test('may be merged again', () => {
    const some = mergeMatrices([shardOf(1, 3), shardOf(3, 3)]);
    if (typeof some === 'string') throw new Error(some);
    expect(mergeMatrices([{ from: 'some', matrix: some }, shardOf(2, 3)])).toEqual(whole);
  });

  test('must be of one matrix', () => {
    const other = { from: 'other', matrix: matrixOf({ kernels: ['uml'], cells: [] }) };
    expect(mergeMatrices([shardOf(1, 2), other])).toBe(
      'shard-1 and other are of different matrices: kernels uml, debian:6.12 there, uml here',
    );
  });

  test('must not hold the same cell twice', () => {
    expect(mergeMatrices([shardOf(1, 2), { ...shardOf(1, 2), from: 'again' }])).toBe(
      'seed on uml is in shard-1 and in again: they are no shards of one matrix',
    );
  });
});
