import { expect, it } from 'vitest';
import { jainIndex } from './jain-index.ts';

it('is 1 for equal shares and 1/n when one takes all', () => {
  expect(jainIndex([5, 5, 5, 5])).toBe(1);
  expect(jainIndex([8, 0, 0, 0])).toBe(0.25);
});

it('is 0.9 for shares of 1 and 2', () => {
  expect(jainIndex([1, 2])).toBeCloseTo(0.9, 12);
});

it('says nothing of one stream, nor of none that got anything', () => {
  expect(jainIndex([5])).toBeNull();
  expect(jainIndex([0, 0])).toBeNull();
});
