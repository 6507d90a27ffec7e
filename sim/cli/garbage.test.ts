import { expect, test } from 'vitest';
import { Garbage } from './garbage.ts';

test('it is collected while something comes, a minute apart at least', () => {
  let now = 0;
  const collected: number[] = [];
  const garbage = new Garbage(
    () => now,
    () => collected.push(now),
  );
  for (; now < 200_000; now += 7_000) garbage.heard();
  expect(collected).toEqual([63_000, 126_000, 189_000]);
  now = 1e6;
  garbage.heard();
  garbage.heard();
  expect(collected).toHaveLength(4);
});

test('V8 has what it takes', async () => {
  const given = new WeakRef({ room: new Array<number>(1000) });
  let now = 0;
  const garbage = new Garbage(() => now);
  // What a WeakRef was made of, or asked for, lives to the end of the turn.
  await new Promise((resolve) => setImmediate(resolve));
  now = 60_000;
  garbage.heard();
  expect(given.deref()).toBeUndefined();
});
