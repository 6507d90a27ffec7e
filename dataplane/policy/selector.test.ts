import { expect, test } from 'vitest';
import type { LabelSelector } from './network-policy.ts';
import { SELECT_ALL, selects } from './selector.ts';

const requirement = (
  operator: LabelSelector['matchExpressions'][number]['operator'],
  ...values: string[]
): LabelSelector => ({
  matchLabels: {},
  matchExpressions: [{ key: 'tier', operator, values }],
});

test.each([
  ['In', requirement('In', 'a', 'b'), [true, false, false]],
  ['NotIn holds without the label', requirement('NotIn', 'a'), [false, true, true]],
  ['Exists', requirement('Exists'), [true, true, false]],
  ['DoesNotExist', requirement('DoesNotExist'), [false, false, true]],
  ['empty selects all', SELECT_ALL, [true, true, true]],
])('%s', (_, selector, expected) => {
  const objects: Record<string, string>[] = [{ tier: 'a' }, { tier: 'c' }, { app: 'a' }];
  expect(objects.map((labels) => selects(selector, labels))).toEqual(expected);
});

test('a label named like a property of every object is missing where it is not set', () => {
  expect(selects({ matchLabels: { constructor: 'x' }, matchExpressions: [] }, {})).toBe(false);
  const exists: LabelSelector = {
    matchLabels: {},
    matchExpressions: [{ key: 'toString', operator: 'Exists', values: [] }],
  };
  expect(selects(exists, {})).toBe(false);
});
