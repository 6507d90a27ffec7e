import { expect, it } from 'vitest';
import { Delays } from './delays.ts';

it('gives nearest ranks of what came in any order', () => {
  const delays = new Delays();
  for (let i = 0; i < 2000; i++) delays.add((i * 7919) % 2000);
  expect(delays.summary()).toEqual({ p50: 999, p95: 1899, p99: 1979, max: 1999 });
});

it('says nothing of nothing', () => {
  expect(new Delays().summary()).toBeNull();
});
