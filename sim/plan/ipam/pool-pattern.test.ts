import { describe, expect, it } from 'vitest';
import { addressesOf, found, goodPlan, network, onNetwork, plan, pod, pool } from '../testdata/planning.ts';
import { withoutPatterns } from './pool-pattern.ts';
import type { Pool } from './ippool.ts';

const four = (name: string): Pool => ({ name, family: 4 }) as Pool;
const six = (name: string): Pool => ({ name, family: 6 }) as Pool;
const POOLS = [four('red-2'), four('red-1'), four('blue-1'), four('red.1'), six('red-6')];

describe('a wildcard in a pool name', () => {
  it.each([
    ['red-*', ['red-1', 'red-2']],
    ['*-1', ['blue-1', 'red-1']],
    ['red-?', ['red-1', 'red-2']],
    ['red-[2-9]', ['red-2']],
    ['red-[^2-9]', ['red-1']],
    ['red.*', ['red.1']],
    ['green-*', []],
  ])('%s is every pool of the IP version that it matches, by name', (pattern, names) => {
    expect(withoutPatterns([pattern], 4, POOLS)).toEqual(names);
  });

  it('stands at its place among the other names, which stay as they are', () => {
    expect(withoutPatterns(['nowhere', 'red-*', 'blue-1'], 4, POOLS)).toEqual(['nowhere', 'red-1', 'red-2', 'blue-1']);
  });

  const one = pool('red-1', 'subnet: 172.51.0.0/16, ips: [172.51.1.7]');
  const two = pool('red-2', 'subnet: 172.51.0.0/16, ips: [172.51.2.7]');
  const wild = network.replace('[ens192-v4]', '["red-*"]');

  it('of a network gives addresses of one pool after the other', () => {
    const made = goodPlan(wild, two, one, pod('a'), pod('b'));
    expect(addressesOf(made)).toEqual(['172.51.1.7/16', '172.51.2.7/16']);
  });

  it('of a pod’s annotation comes before the pools of its network', () => {
    const annotations = `${onNetwork}, ipam.spidernet.io/ippool: '{"ipv4":["*-2"]}'`;
    expect(addressesOf(goodPlan(wild, one, two, pod('a', annotations)))).toEqual(['172.51.2.7/16']);
  });

  it('that matches no pool leaves the pod without an address, and says so', () => {
    expect(found(plan(wild, pool('blue', 'subnet: 172.51.0.0/16, ips: [172.51.1.7]'), pod('a')))).toEqual([
      expect.stringMatching(
        /^E302 \d+:\d+ default\/a gets no address: no IPPool available, no IPv4 IPPool matches \[red-\*\]$/,
      ),
    ]);
  });
});
