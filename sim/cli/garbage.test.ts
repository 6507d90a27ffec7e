import { expect, test } from 'vitest';
import { Garbage } from './garbage.ts';

/** Hears so many messages, so far apart. @returns when it was collected */
function collectedIn(messages: number, apartMs: number): number[] {
  let now = 0;
  const collected: number[] = [];
  const garbage = new Garbage(
    () => now,
    () => collected.push(now),
  );
  for (let i = 0; i < messages; i++) {
    now += apartMs;
    garbage.heard();
  }
  return collected;
}

test('it is collected every few thousand messages, ten seconds apart at least', () => {
  expect(collectedIn(12_000, 4)).toEqual([20_000, 40_000]);
  expect(collectedIn(25_000, 1)).toEqual([10_000, 20_000]);
  expect(collectedIn(4_999, 1000)).toEqual([]);
});

test('V8 has what it takes', async () => {
  const given = new WeakRef({ room: new Array<number>(1000) });
  let now = 0;
  const garbage = new Garbage(() => now);
  // What a WeakRef was made of, or asked for, lives to the end of the turn.
  await new Promise((resolve) => setImmediate(resolve));
  now = 10_000;
  for (let i = 0; i < 5000; i++) garbage.heard();
  expect(given.deref()).toBeUndefined();
});
