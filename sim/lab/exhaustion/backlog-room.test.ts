import { expect, test } from 'vitest';
import { podOf } from '../../../test/lab/plans.ts';
import { backlogRoom } from './backlog-room.ts';

const on = (node: string, count: number) => Array.from({ length: count }, (_, i) => podOf(i + 1, `p${i}`, node));

test('a few broadcasts to every slave of the fullest master have room, and no kernel gets less than it has', () => {
  expect(backlogRoom(on('n1', 40))).toBe(1000);
  expect(backlogRoom([...on('n1', 100), ...on('n2', 2500)])).toBe(40_000);
  expect(backlogRoom([])).toBe(1000);
});
