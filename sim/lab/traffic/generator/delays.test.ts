import { expect, it } from 'vitest';
import { Delays, Jitter } from './delays.ts';

it('gives nearest ranks of what came in any order', () => {
  const delays = new Delays();
  for (let i = 0; i < 2000; i++) delays.add((i * 7919) % 2000);
  expect(delays.summary()).toEqual({ p50: 999, p95: 1899, p99: 1979, max: 1999 });
});

it('says nothing of nothing', () => {
  expect(new Delays().summary()).toBeNull();
});

it('tells how much delays differ from one packet of a stream to the next', () => {
  const [one, other] = [new Jitter(), new Jitter()];
  for (const ns of [100, 300, 200]) one.add(ns);
  // Another stream has a delay of its own, which is no jitter.
  for (const ns of [5000, 5000, 5000]) other.add(ns);
  expect(Jitter.meanOf([one, other])).toBe(75);
  expect(Jitter.meanOf([new Jitter()])).toBeNull();
});
