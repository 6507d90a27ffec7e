import { expect, it } from 'vitest';
import { PortPool } from './port-pool.ts';

it('gives ports in turn, never two flows the same, and none above its range', () => {
  const pool = new PortPool();
  const firsts = Array.from({ length: 200 }, () => pool.take(128));
  expect(firsts.slice(0, 3)).toEqual([12_000, 12_128, 12_256]);
  expect(new Set(firsts.slice(0, 62)).size).toBe(62);
  expect(Math.max(...firsts) + 128).toBeLessThanOrEqual(20_000);
});
