import { describe, expect, it } from 'vitest';
import { allWays, hasRates, linkWay, longestWayNs, plugOf, wayBetween } from './links.ts';
import type { NodePlan, PodPlan, UnderlayPlan } from '../plan.ts';

const A = { of: 'node:a', interface: 'ens192' };
const B = { of: 'node:b', interface: 'ens192' };
const HOME = { of: 'host:home', interface: 'eth0' };
const WIRE: UnderlayPlan = {
  rateBps: 1e9,
  delayNs: 5e6,
  mtu: 1500,
  lossPct: 10,
  jitterNs: 1e6,
  reorderPct: 2,
  links: [
    { of: 'host:home', up: { rateBps: 10e6, delayNs: 15e6 }, down: { rateBps: 50e6, delayNs: 10e6, lossPct: 50 } },
    { of: 'node:b', interface: 'ens192', down: { jitterNs: 2e6, delayNs: 3e6 } },
  ],
};

describe('a link of which nothing is said', () => {
  it('has the rate of the wire each way, and delay and losses on the way down alone', () => {
    const [up, down] = [linkWay(WIRE, A, 'up'), linkWay(WIRE, A, 'down')];
    expect(up).toEqual({ rateBps: 1e9, delayNs: 0, mtu: 1500, roundTripNs: 60e6 });
    expect(down).toMatchObject({ rateBps: 1e9, delayNs: 5e6, lossPct: 10, jitterNs: 1e6, reorderPct: 2 });
  });
});

describe('a way', () => {
  it('has a rate only where the wire or a link has one', () => {
    const plain: UnderlayPlan = { rateBps: null, delayNs: 0, mtu: 1500 };
    expect(hasRates(plain)).toBe(false);
    expect(hasRates(WIRE)).toBe(true);
    for (const way of [{ up: { rateBps: 10e6 } }, { down: { rateBps: 10e6 } }, { up: { delayNs: 1 } }]) {
      const wire = { ...plain, links: [{ of: 'node:b' }, { of: 'node:a', ...way }] };
      const rates = [wayBetween(wire, A, B), wayBetween(wire, B, A)].map(({ rateBps }) => rateBps);
      expect(hasRates(wire)).toBe(rates.some((rate) => rate !== null));
    }
  });

  it('has the lower rate, and the sum of the delays', () => {
    expect(wayBetween(WIRE, A, HOME)).toMatchObject({ rateBps: 50e6, delayNs: 15e6 });
    expect(wayBetween(WIRE, HOME, A)).toMatchObject({ rateBps: 10e6, delayNs: 20e6 });
    expect(wayBetween(WIRE, A, A)).toMatchObject({ rateBps: 1e9, delayNs: 5e6 });
  });

  it('loses what the network or the link loses, and jitter adds to jitter', () => {
    // Of 100 the network takes 10, and the link half of the other 90.
    expect(wayBetween(WIRE, A, HOME).lossPct).toBe(55);
    expect(wayBetween(WIRE, HOME, A).lossPct).toBe(10);
    expect(linkWay(WIRE, B, 'down')).toMatchObject({ delayNs: 8e6, jitterNs: 3e6 });
    expect(linkWay(WIRE, { ...B, interface: 'ens224' }, 'down')).toMatchObject({ delayNs: 5e6, jitterNs: 1e6 });
  });

  it('names the places where flows meet', () => {
    expect(wayBetween(WIRE, HOME, A).limits).toEqual([
      { at: 'wire from host:home', by: 'underlay', bps: 10e6 },
      { at: 'wire to node:a/ens192', by: 'underlay', bps: 1e9 },
    ]);
    expect(wayBetween({ rateBps: null, delayNs: 0, mtu: 1500 }, A, B)).toMatchObject({ limits: [], rateBps: null });
  });

  it('is at most as long as the longest link up and the longest down', () => {
    // 15 up of home, 5 and 10 down to it, and the network's jitter.
    expect(longestWayNs([WIRE])).toBe(31e6);
    expect(longestWayNs([{ rateBps: null, delayNs: 40e6, mtu: 1500 }, WIRE])).toBe(40e6);
  });
});

it('a rate of its own takes the place of the wire’s trace, and a trace that of its rate', () => {
  const trace = { file: 'cell.trace', momentsMs: [1, 2] };
  const links = [
    { of: 'node:a', up: { rateBps: 5e6 }, down: { lossPct: 1 } },
    { of: 'host:home', up: { rateBps: 9e6, trace: { file: 'up.trace', momentsMs: [3] } } },
  ];
  const wire = { rateBps: 12e6, trace, delayNs: 0, mtu: 1500, links };
  expect(linkWay(wire, A, 'up')).toEqual({ rateBps: 5e6, delayNs: 0, mtu: 1500, roundTripNs: 0 });
  expect(linkWay(wire, A, 'down')).toMatchObject({ rateBps: 12e6, trace, lossPct: 1 });
  expect(allWays(wire).flatMap((way) => way.trace?.file ?? [])).toEqual([
    ...['cell.trace', 'cell.trace', 'cell.trace', 'up.trace', 'cell.trace'],
  ]);
});

it('VLANs of one NIC meet the wire at one place, a bond at its own, and a node where it has the address', () => {
  const nic = (name: string, addresses: readonly string[] = []) =>
    ({ kind: 'nic', name, mtu: 1500, addresses }) as const;
  const nodes: readonly NodePlan[] = [
    {
      name: 'a',
      masters: [
        ...[nic('ens192', ['10.0.0.1/24']), nic('ens224', ['10.1.0.1/24']), nic('eth8'), nic('eth9')],
        { kind: 'bond', name: 'bond0', parents: ['eth8', 'eth9'], mode: 1, mtu: 1500, addresses: [] },
        { kind: 'vlan', name: 'ens192.7', parent: 'ens192', vlanId: 7, mtu: 1500, addresses: [] },
        { kind: 'vlan', name: 'bond0.7', parent: 'bond0', vlanId: 7, mtu: 1500, addresses: [] },
      ],
    },
  ];
  const on = (master: string) => {
    const pod = { node: 'a', interfaces: [{ master }] } as unknown as PodPlan;
    return plugOf(nodes, { plan: { kind: 'pod', namespace: 'default', name: 'p' }, pod }, null);
  };
  expect(['ens192', 'ens192.7', 'bond0', 'bond0.7'].map((master) => on(master).interface)).toEqual([
    ...['ens192', 'ens192', 'bond0', 'bond0'],
  ]);
  const node = { plan: { kind: 'node', name: 'a' }, pod: null } as const;
  expect(plugOf(nodes, node, '10.1.0.1')).toEqual({ of: 'node:a', interface: 'ens224' });
  expect(plugOf(nodes, { plan: { kind: 'host', name: 'out' }, pod: null }, null)).toEqual({
    of: 'host:out',
    interface: 'eth0',
  });
});
