import { expect, it } from 'vitest';
import { goodPlan, network, pod, scenario, seedPool } from '../../../plan/testdata/planning.ts';
import { PortPool, writtenPorts } from './port-pool.ts';

it('gives ports in turn, never two flows the same, and none above its range', () => {
  const pool = new PortPool();
  const firsts = Array.from({ length: 200 }, () => pool.take(128));
  expect(firsts.slice(0, 3)).toEqual([12_000, 12_128, 12_256]);
  expect(new Set(firsts.slice(0, 62)).size).toBe(62);
  expect(Math.max(...firsts) + 128).toBeLessThanOrEqual(20_000);
});

it('gives none that a flow or a pod names, as long as there are others', () => {
  const pool = new PortPool([12_001, 12_003, 80, 19_999]);
  expect([pool.take(1), pool.take(2), pool.take(1)]).toEqual([12_000, 12_004, 12_006]);
  const firsts = Array.from({ length: 200 }, () => pool.take(128));
  const given = new Set(firsts.flatMap((first) => Array.from({ length: 128 }, (_, i) => first + i)));
  expect([12_001, 12_003, 19_999].filter((port) => given.has(port))).toEqual([]);
  const walled = new PortPool(Array.from({ length: 8000 }, (_, i) => 12_000 + i));
  expect(walled.take(4)).toBeGreaterThanOrEqual(12_000);
});

it('knows the ports that a plan names', () => {
  const asking = 'timeline: [ { traffic: [ { from: a, to: b, protocol: UDP, rate: 1M, port: 12001 } ] } ]';
  const plan = goodPlan(network, seedPool, pod('a'), pod('b'), scenario(`nodes: [ { name: n1 } ]\n${asking}`));
  // 80 is what these pods listen at.
  expect(new Set(writtenPorts(plan))).toEqual(new Set([80, 12_001]));
});
