import { describe, expect, it } from 'vitest';
import { figureTable, median, standing, type Figure } from './figure.ts';

const figure: Figure = { what: 'a pod', value: 9.5, unit: 'ms', bar: { most: 15 } };

describe('a figure', () => {
  it('keeps its bar, misses it, or was not measured', () => {
    expect(standing(figure)).toBe('kept');
    expect(standing({ ...figure, value: 15.01 })).toBe('missed');
    expect(standing({ ...figure, bar: { least: 95 } })).toBe('missed');
    expect(standing({ ...figure, value: null })).toBe('not measured');
    expect(standing({ ...figure, bar: null })).toBe('no bar');
  });

  it('stands beside its peer and what it was before', () => {
    const peer = { name: 'mininet', value: 21, source: 'measured' } as const;
    const table = figureTable(
      [
        { ...figure, peer },
        { ...figure, what: 'b', value: 20 },
      ],
      new Map([['a pod', 8.4]]),
    );
    expect(table.split('\n').slice(2)).toEqual([
      '| a pod | 9.50 ms | <= 15 | mininet: 21 ms | 8.40 |',
      '| b | 20 ms | <= 15: missed |  | - |',
    ]);
  });

  it('has a middle', () => expect(median([3, 1, 2])).toBe(2));
});
