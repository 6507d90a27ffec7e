import { expect, it } from 'vitest';
import { columns } from './columns.ts';

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
