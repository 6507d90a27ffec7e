import { describe, expect, it } from 'vitest';
import { linkWay, longestWayNs, routedPlaces, wayBetween } from './links.ts';
import { pathBetween } from './path.ts';
import type { FlowPlan, Plan } from '../plan.ts';
import { found, network, onNetwork, plan, pod, seedPool } from '../testdata/planning.ts';

const HOSTS = `
  - { name: outside, behind: far, addresses: [ 198.51.100.10/24 ] }
  - { name: far, router: true, behind: edge, mtu: 1400, addresses: [ 192.0.2.1/32 ] }
  - { name: edge, router: true, addresses: [ 172.51.0.1/16 ] }
  - { name: near, behind: edge, addresses: [ 203.0.113.10/24 ] }
  - { name: beside, addresses: [ 172.51.200.9/16 ] }`;
const UNDERLAY = `{ rate: 1G, delay: 1ms, links: [
    { of: "host:far", up: { rate: 10M, delay: 10ms }, down: { rate: 20M, delay: 5ms } },
    { of: "host:outside", down: { rate: 50M, delay: 2ms } } ] }`;

function planned(hosts = HOSTS, steps = '[ { sleep: 1s } ]', underlay = UNDERLAY) {
  const scenario = `
apiVersion: ipvlane.dev/v1alpha1
kind: Scenario
metadata: { name: routed }
spec:
  manifests: [ all.yaml ]
  nodes: [ { name: node-a, interfaces: [ { name: ens192, addresses: [ 172.51.0.230/16 ] } ] } ]
  underlay: ${underlay}
  hosts:${hosts}
  timeline: ${steps}`;
  const made = plan(scenario, network, seedPool, pod('a', onNetwork));
  return { said: found(made), plan: made.plan };
}

function planOf(...args: Parameters<typeof planned>): Plan {
  const { said, plan: made } = planned(...args);
  if (made === null) throw new Error(said.join('\n'));
  return made;
}

function flowOf(flow: string): FlowPlan {
  const [step] = planOf(HOSTS, `[ { traffic: [ { ${flow} } ] } ]`).timeline;
  const first = step?.kind === 'traffic' ? step.flows[0] : undefined;
  if (first === undefined) throw new Error('no flow');
  return first;
}

const at = (of: string) => ({ of, interface: of.startsWith('host:') ? 'eth0' : 'ens192' });

describe('a way through routers', () => {
  it('meets every link in order, the network once, and on the others nothing of the wire', () => {
    const { underlay } = planOf();
    const there = wayBetween(underlay, at('node:node-a'), at('host:outside'));
    expect(there.limits.map(({ at: where, bps }) => [where, bps])).toEqual([
      ['wire from node:node-a/ens192', 1e9],
      ['wire to host:edge', 1e9],
      ['wire to host:far', 20e6],
      ['wire to host:outside', 50e6],
    ]);
    expect(there).toMatchObject({ rateBps: 20e6, delayNs: 8e6, network: true });
    expect(there.hops.map(({ router }) => router)).toEqual([null, null, 'edge', 'far']);
    const back = wayBetween(underlay, at('host:outside'), at('node:node-a'));
    expect(back).toMatchObject({ rateBps: 10e6, delayNs: 11e6 });
    expect(linkWay(underlay, at('host:near'), 'down')).toMatchObject({ rateBps: null, delayNs: 0, mtu: 1500 });
    // The longest down: 1, 5 and 2 ms; the longest up: 10.
    expect(longestWayNs([underlay])).toBe(18e6);
  });

  it('turns at the router that is above both, and does not cross the network', () => {
    const { underlay } = planOf();
    const turning = wayBetween(underlay, at('host:near'), at('host:outside'));
    expect(turning.hops.map(({ plug: { of }, direction }) => `${direction} ${of}`)).toEqual([
      ...['up host:near', 'down host:far', 'down host:outside'],
    ]);
    expect(turning).toMatchObject({ network: false, delayNs: 7e6 });
    expect(wayBetween(underlay, at('host:edge'), at('host:near')).hops.map(({ router }) => router)).toEqual([null]);
    const places = routedPlaces(underlay, { kind: 'host', name: 'near' }, { kind: 'host', name: 'outside' });
    expect(places).toEqual({
      links: ['host:near', 'host:far', 'host:outside'],
      routers: ['host:edge', 'host:far'],
    });
  });

  it('is in the plan: routers first, with who is handed what', () => {
    const { hosts, nodes } = planOf();
    expect(hosts.map(({ name }) => name)).toEqual(['edge', 'beside', 'far', 'near', 'outside']);
    const [edge, beside, far, , outside] = hosts;
    expect(edge).toMatchObject({ router: true, routes: [] });
    expect(edge).not.toHaveProperty('portRoutes');
    expect(beside?.routes).toContainEqual({ to: '198.51.100.0/24', via: '172.51.0.1' });
    expect(far?.routes).toEqual([{ to: '0.0.0.0/0', via: '172.51.0.1' }]);
    expect(far?.portRoutes).toEqual([
      { to: '192.0.2.1/32', via: null },
      { to: '198.51.100.0/24', via: '192.0.2.1' },
    ]);
    expect(outside?.routes).toEqual([{ to: '0.0.0.0/0', via: '192.0.2.1' }]);
    expect(nodes[0]?.routes).toContainEqual({ to: '203.0.113.0/24', via: '172.51.0.1', device: 'ens192' });
  });

  it('has link-local next hops over IPv6', () => {
    const { hosts } = planOf(
      `
  - { name: edge, router: true, addresses: [ "fd00::1/64" ] }
  - { name: far, router: true, behind: edge, addresses: [ "2001:db8:1::1/64" ] }
  - { name: outside, behind: far, addresses: [ "2001:db8:2::1/64" ] }`,
      undefined,
      '{ rate: 1G }',
    );
    expect(hosts.map(({ routes, portRoutes }) => [...routes, ...(portRoutes ?? [])])).toEqual([
      [],
      [
        { to: '::/0', via: 'fe80::1' },
        { to: '2001:db8:1::/64', via: null },
        { to: '2001:db8:2::/64', via: 'fe80::2' },
      ],
      [
        { to: '::/0', via: 'fe80::1' },
        { to: '2001:db8:2::/64', via: null },
      ],
    ]);
  });

  it('keeps its links when a step changes one of them', () => {
    const step = '[ { underlay: { links: [ { of: "host:far", down: { rate: 5M } } ] } } ]';
    const [changed] = planOf(HOSTS, step).timeline;
    const wire = changed?.kind === 'underlay' ? changed.underlay : null;
    expect(wire?.links?.[0]).toMatchObject({
      of: 'host:far',
      behind: 'host:edge',
      mtu: 1400,
      down: { rateBps: 5e6, delayNs: 5e6 },
    });
  });
});

describe('a flow over a narrow link', () => {
  it('is predicted with the segments that fit it', () => {
    // 1400 - 52 bytes of payload in frames of 1414.
    expect(flowOf('from: a, to: "host:outside"')).toMatchObject({
      configuredBps: 20e6,
      delayNs: 8e6,
      predictedGoodputBps: Math.round((20e6 * 1348) / 1414),
    });
    expect(flowOf('from: a, to: "host:near"').efficiency).toBe(1448 / 1514);
  });

  it('is predicted with the datagrams that its sender cuts up once it was told', () => {
    // 1400 of payload and 8 of UDP go in two fragments: 1408 + 2 * 34.
    const told = flowOf('from: a, to: "host:outside", protocol: UDP, rate: 30M, datagram: 1400');
    expect(told.efficiency).toBeCloseTo(1400 / 1476, 9);
  });

  it('foretells no goodput above the limit where routers cut up again what the sender cut up', () => {
    // 3008 bytes are 1480, 1480 and 48; each 1480 is 1376 and 104: five fragments of 34 bytes of headers.
    const fits = flowOf('from: a, to: "host:outside", protocol: UDP, rate: 6M, datagram: 3000');
    expect(fits).toMatchObject({
      predictedGoodputBps: 6e6,
      offeredWireBps: Math.round((6e6 * (3008 + 5 * 34)) / 3000),
    });
    expect(fits).not.toHaveProperty('efficiency');
    expect(
      flowOf('from: a, to: "host:outside", protocol: UDP, rate: 30M, datagram: 3000').predictedGoodputBps,
    ).toBeNull();
  });

  it('of iperf3 ends at its first datagram', () => {
    const flow = (more: string) =>
      planned(
        HOSTS,
        `[ { traffic: [ { from: a, to: "host:outside", protocol: UDP, rate: 5M, generator: iperf3${more} } ] } ]`,
      );
    expect(flow(', datagram: 1400').said).toEqual([expect.stringMatching(/^W478 .*edge answers .* 1400 bytes/)]);
    expect(flow(', datagram: 1372').said).toEqual([]);
    expect(flow(', datagram: 3000').said).toEqual([]);
  });
});

describe('refused', () => {
  const flow = '[ { traffic: [ { from: a, to: "host:outside" } ] } ]';
  const cases: readonly (readonly [string, string, RegExp, string?])[] = [
    [
      'a router that is not there',
      '\n  - { name: x, behind: edge, addresses: [ 192.0.2.1/32 ] }',
      /^E306 .*host edge is not defined/,
    ],
    [
      'a host that is no router',
      '\n  - { name: edge, addresses: [ 172.51.0.1/16 ] }\n  - { name: x, behind: edge, addresses: [ 192.0.2.1/32 ] }',
      /^E491 .*edge is no router: it forwards nothing to x/,
    ],
    [
      'routers in a circle',
      '\n  - { name: x, router: true, behind: z, addresses: [ 192.0.2.1/32 ] }\n  - { name: z, router: true, behind: x, addresses: [ 192.0.2.2/32 ] }',
      /^E491 .*x is behind itself/,
    ],
    [
      'one subnet on two links',
      '\n  - { name: edge, router: true, addresses: [ 172.51.0.1/16 ] }\n  - { name: x, behind: edge, addresses: [ 172.51.9.9/24 ] }',
      /^E491 .*172\.51\.9\.9\/24 of x and 172\.51\.0\.230\/16 of node:node-a are one subnet on two links/,
    ],
    [
      'a router without an address of a family',
      '\n  - { name: edge, router: true, addresses: [ 172.51.0.1/16 ] }\n  - { name: x, behind: edge, addresses: [ "2001:db8::1/64" ] }',
      /^E491 .*edge has no IPv6 address/,
    ],
    [
      'IPv6 over less than 1280 bytes',
      '\n  - { name: edge, router: true, addresses: [ "fd00::1/64" ] }\n  - { name: x, behind: edge, mtu: 1200, addresses: [ "2001:db8::1/64" ] }',
      /^E491 .*1200 bytes carries no IPv6, which needs 1280/,
    ],
    [
      'a router whose MTU is not the underlay’s',
      '\n  - { name: edge, router: true, mtu: 1400, addresses: [ 172.51.0.1/16 ] }',
      /^E491 .*edge is on the underlay, whose MTU is 1500/,
    ],
    [
      'a flow of a pod with another gateway',
      HOSTS.replace('172.51.0.1/16', '172.51.0.2/16'),
      /^E492 .*default\/a has no route to 198\.51\.100\.10: its gateway is 172\.51\.0\.1, and the way is over edge/,
      flow,
    ],
    [
      'a flow of two that share no subnet with the router',
      HOSTS.replace('172.51.0.1/16', '10.0.0.1/8'),
      /^E492 .*in no subnet together/,
      '[ { traffic: [ { from: "node:node-a", to: "host:outside" } ] } ]',
    ],
  ];
  const refusals = cases.map(([what, hosts, says, steps]) => ({ what, hosts, says, steps }));
  it.each(refusals)('$what', ({ hosts, says, steps }) => {
    const links = hosts.includes('far') ? UNDERLAY : '{ rate: 1G }';
    const { said, plan: made } = planned(hosts, steps, links);
    expect(said).toContainEqual(expect.stringMatching(says));
    expect(made).toBeNull();
  });
});

it('a link has room for an IPv4 header with options and eight bytes, or is refused', () => {
  expect(() => planned('\n  - { name: x, mtu: 67, addresses: [ 192.0.2.1/32 ] }')).toThrow(/mtu must be at least 68/);
});

it('the way is told, with who answers what is too large', () => {
  const made = planOf();
  const [one] = made.pods;
  if (one === undefined) throw new Error('no pod');
  const from = {
    name: 'default/a',
    plan: { kind: 'pod', namespace: 'default', name: 'a' } as const,
    pod: one,
    addresses: [],
  };
  const to = { name: 'host:outside', plan: { kind: 'host', name: 'outside' } as const, pod: null, addresses: [] };
  expect(pathBetween(made, from, to).says).toContain(
    'over the underlay by edge, far (1 Gbit/s, then 20 Mbit/s, then 50 Mbit/s, 8000 µs)',
  );
  const astray = {
    ...made,
    hosts: made.hosts.map((host) => (host.name === 'edge' ? { ...host, addresses: ['172.51.0.7/16'] } : host)),
  };
  expect(pathBetween(astray, from, to)).toMatchObject({ open: false, wire: false });
});
