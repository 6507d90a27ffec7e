import { expect, it } from 'vitest';
import { columns, columnsWithin } from './columns.ts';

it('columns are as wide as their widest cell and lines carry no trailing blanks', () => {
  expect(
    columns(
      ['NAME', 'NODE'],
      [
        ['test-0', 'a'],
        ['c', 'node-12'],
      ],
    ),
  ).toEqual(['NAME     NODE', 'test-0   a', 'c        node-12']);
});

it('a table without rows is its header', () => {
  expect(columns(['NAME'], [])).toEqual(['NAME']);
});

const header = ['NAME', 'VALUE', 'WHY'];

it('within its width the column that gives way goes over several lines, and no line is longer', () => {
  const rows = [['a', '95.64 Mbit/s', 'isolated by default/deny-all, none of whose rules allows it']];
  const { rows: lines } = columnsWithin(40, header, rows, 2);
  expect(lines[0]).toEqual([
    'a     95.64 Mbit/s  isolated by',
    '                    default/deny-all,',
    '                    none of whose rules',
    '                    allows it',
  ]);
  expect(lines.flat().every((line) => line.length <= 40)).toBe(true);
  expect(columnsWithin(100, header, rows, 2)).toEqual({
    header: [columns(header, rows)[0]],
    rows: [[columns(header, rows)[1]]],
  });
});

it('where that is not enough a row is its first cell, and the others with their titles beneath', () => {
  const { header: none, rows } = columnsWithin(24, header, [['the first', '95.64 Mbit/s', 'because']], 0);
  expect(none).toEqual([]);
  expect(rows).toEqual([['the first', '  value 95.64 Mbit/s,', '  why because']]);
});
