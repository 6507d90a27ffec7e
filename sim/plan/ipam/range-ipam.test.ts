import { describe, expect, it } from 'vitest';
import type { ClusterChange } from '../cluster/cluster.ts';
import { makePlan } from '../make-plan.ts';
import {
  addressesOf,
  deployment,
  found,
  goodPlan,
  plan,
  pod,
  pool,
  readFiles,
  scenario,
  workload,
} from '../testdata/planning.ts';
import { PLAIN_WIRE } from '../wire/underlay.ts';

function nad(name: string, ipam: object, more: object = {}): string {
  return `
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata: { name: ${name}, namespace: kube-system }
spec: { config: '${JSON.stringify({ cniVersion: '0.3.1', name, type: 'ipvlan', master: 'eth1', ipam, ...more })}' }`;
}

const hostLocal = (ipam: object, more: object = {}) => nad('hl', { type: 'host-local', ...ipam }, more);
const whereabouts = (ipam: object, name = 'wa') => nad(name, { type: 'whereabouts', ...ipam });
const on = (name: string) => `v1.multus-cni.io/default-network: kube-system/${name}`;
const beside = (names: string) => `k8s.v1.cni.cncf.io/networks: '${names}'`;
const nodes = (count: number) =>
  scenario(
    `nodes: [ ${[1, 2]
      .slice(0, count)
      .map((n) => `{ name: n${n}, interfaces: [ { name: eth0 }, { name: eth1 } ] }`)
      .join(', ')} ]`,
  );
const helpsOf = (...documents: string[]) => plan(...documents).diagnostics.map(({ help }) => help);

it('of an additional interface each: whereabouts and host-local', () => {
  const made = goodPlan(
    whereabouts({ range: '10.5.0.0/24', exclude: ['10.5.0.1/32'] }),
    hostLocal({ ranges: [[{ subnet: '10.4.0.0/24', rangeStart: '10.4.0.10' }]] }),
    pod('a', beside('kube-system/wa,kube-system/hl')),
  );
  expect(made.pods[0]?.interfaces).toMatchObject([
    { name: 'eth0' },
    { name: 'net1', master: 'eth1', addresses: ['10.5.0.2/24'], routes: [], pools: [] },
    { name: 'net2', master: 'eth1', addresses: ['10.4.0.10/24'], routes: [], pools: [] },
  ]);
});

describe('host-local', () => {
  const given = (ipam: object, count: number) =>
    addressesOf(goodPlan(hostLocal(ipam), deployment('web', count, on('hl'))));

  it.each([
    ['from .1 on, without the gateway, which is .1', { subnet: '10.4.0.0/29' }, ['10.4.0.2/29', '10.4.0.3/29']],
    ['to the one before the broadcast address', { subnet: '10.4.0.0/30' }, ['10.4.0.2/30']],
    [
      'without another gateway',
      { subnet: '10.4.0.0/29', gateway: '10.4.0.2' },
      ['10.4.0.1/29', '10.4.0.3/29', '10.4.0.4/29'],
    ],
    [
      'within its ends, the first and the last address of the subnet as well',
      { subnet: '10.4.0.0/30', rangeStart: '10.4.0.0', rangeEnd: '10.4.0.3' },
      ['10.4.0.0/30', '10.4.0.2/30', '10.4.0.3/30'],
    ],
    ['of IPv6 to the very last', { subnet: 'fd00:4::/126' }, ['fd00:4::2/126', 'fd00:4::3/126']],
    [
      'of one range after the other in a set',
      {
        ranges: [
          [
            { subnet: '10.4.0.0/24', rangeStart: '10.4.0.9', rangeEnd: '10.4.0.9' },
            { subnet: '10.7.0.0/16', rangeStart: '10.7.0.7', rangeEnd: '10.7.0.8' },
          ],
        ],
      },
      ['10.4.0.9/24', '10.7.0.7/16', '10.7.0.8/16'],
    ],
    [
      'of each set one',
      { subnet: '10.4.0.0/24', ranges: [[{ subnet: 'fd00:4::/64' }], [{ subnet: '10.6.0.0/24' }]] },
      ['10.4.0.2/24 fd00:4::2/64 10.6.0.2/24', '10.4.0.3/24 fd00:4::3/64 10.6.0.3/24'],
    ],
    ['with keys as Go reads them', { Subnet: '10.4.0.0/24', RANGESTART: '10.4.0.44' }, ['10.4.0.44/24']],
  ])('gives %s', (_, ipam, addresses) => {
    expect(given(ipam, addresses.length)).toEqual(addresses);
  });

  it('makes no route of its gateway, but gives it to routes without one, of the first address of each IP version', () => {
    const routes = [{ dst: '0.0.0.0/0' }, { dst: '::/0' }, { dst: '10.9.0.0/16', gw: '10.4.0.3' }];
    const sets = { subnet: '10.4.0.0/24', ranges: [[{ subnet: '10.6.0.0/24' }], [{ subnet: 'fd00:4::/64' }]] };
    const routesWith = (more: object) =>
      goodPlan(hostLocal({ ...sets, ...more }), pod('a', on('hl'))).pods[0]?.interfaces[0]?.routes;
    expect(routesWith({})).toEqual([]);
    expect(routesWith({ routes })).toEqual([
      { to: '0.0.0.0/0', via: '10.4.0.1' },
      { to: '::/0', via: 'fd00:4::1' },
      { to: '10.9.0.0/16', via: '10.4.0.3' },
    ]);
  });

  it('with all addresses taken says so once, in its words', () => {
    expect(found(plan(hostLocal({ subnet: '10.4.0.0/30' }), deployment('web', 3, on('hl'))))).toEqual([
      expect.stringMatching(
        /^E407 .*default\/web-\S+ and 1 more of its Deployment get no address: IPAM host-local: failed to allocate for range 0: no IP addresses available in range set: 10\.4\.0\.1-10\.4\.0\.2$/,
      ),
    ]);
  });

  it('on two nodes gives one address twice, which is refused, with the reason', () => {
    const documents = [hostLocal({ subnet: '10.4.0.0/24' }), workload('DaemonSet', 'ds', '', on('hl')), nodes(2)];
    expect(found(plan(...documents))).toEqual([
      expect.stringMatching(/^E408 .* address 10\.4\.0\.2 of default\/ds-\S+ belongs to default\/ds-\S+ already$/),
    ]);
    expect(helpsOf(...documents)).toEqual([
      expect.stringMatching(/^host-local knows what it gave out on its own node.* give each node ranges of its own/),
    ]);
  });

  it('does not know of hosts and nodes, which is refused, and said', () => {
    const host = scenario('hosts: [ { name: db, addresses: [ 10.4.0.2/24 ] } ]');
    const documents = [hostLocal({ subnet: '10.4.0.0/24' }), pod('a', on('hl')), host];
    expect(found(plan(...documents))).toEqual([
      expect.stringMatching(/^E408 .* address 10\.4\.0\.2 of default\/a belongs to host:db already$/),
    ]);
    expect(helpsOf(...documents)).toEqual([expect.stringMatching(/`rangeStart` and `rangeEnd`/)]);
  });

  it('knows of networks of its name on the node, in one folder', () => {
    const two = (name: string, ipam: object = {}) =>
      goodOrFound(
        hostLocal({ subnet: '10.4.0.0/24' }),
        nad('other', { type: 'host-local', subnet: '10.4.0.0/24', ...ipam }, { name }),
        ...[pod('a', on('hl')), pod('b', on('other'))],
      );
    expect(two('hl')).toEqual(['10.4.0.2/24', '10.4.0.3/24']);
    expect(two('another')).toEqual([expect.stringMatching(/^E408 /)]);
    expect(two('hl', { dataDir: '/run/hl' })).toEqual([expect.stringMatching(/^E408 /)]);
  });

  it('goes on behind the last one that it gave out, and comes round', () => {
    const steps = [...replicas(1, 3, 1, 2)];
    expect(givenBySteps(hostLocal({ subnet: '10.4.0.0/29' }), on('hl'), 2, steps)).toEqual([
      ['10.4.0.4/29', '10.4.0.5/29'],
      ['10.4.0.6/29'],
    ]);
    expect(givenBySteps(hostLocal({ subnet: '10.4.0.0/29' }), on('hl'), 5, replicas(2, 4))).toEqual([
      ['10.4.0.4/29', '10.4.0.5/29'],
    ]);
  });

  describe('handed addresses (`ips`)', () => {
    const capable = hostLocal(
      { subnet: '10.4.0.0/24', ranges: [[{ subnet: 'fd00:4::/64' }]], routes: [{ dst: '10.9.0.0/16' }] },
      { capabilities: { ips: true } },
    );
    const asking = (name: string, ...ips: string[]) =>
      pod(name, beside(JSON.stringify([{ name: 'hl', namespace: 'kube-system', ips }])));
    const side = (...documents: string[]) =>
      goodOrFound(capable, ...documents).map((text) => text.replace(/^10\.244\S+ /, ''));

    it('takes them where they are in a range set, with its prefix length, and goes on from there', () => {
      expect(side(asking('a', '10.4.0.9'), asking('b'), asking('c', 'fd00:4::9/128', '10.4.0.7/32'))).toEqual([
        '10.4.0.9/24 fd00:4::2/64',
        '10.4.0.10/24 fd00:4::3/64',
        '10.4.0.7/24 fd00:4::9/64',
      ]);
    });

    it.each([
      ['in no range', ['10.9.0.9'], /failed to allocate all requested IPs: 10\.9\.0\.9$/],
      ['of one set two', ['10.4.0.9', '10.4.0.8'], /failed to allocate all requested IPs: 10\.4\.0\.8$/],
      ['the gateway', ['10.4.0.1'], /failed to allocate for range 0: requested ip 10\.4\.0\.1 is subnet's gateway$/],
      [
        'one that is taken',
        ['10.4.0.2'],
        /failed to allocate for range 0: requested IP address 10\.4\.0\.2 is not available in range set 10\.4\.0\.1-/,
      ],
    ])('%s: fails', (_, ips, words) => {
      const said = side(asking('first'), asking('second', ...ips));
      expect(said).toEqual([expect.stringMatching(/^E407 .* IPAM host-local: /)]);
      expect(said[0]).toMatch(words);
    });

    it('of which nobody tells it where ipvlan does not declare the capability', () => {
      const planned = plan(hostLocal({ subnet: '10.4.0.0/24' }), asking('a', '10.4.0.9'));
      expect(found(planned)).toEqual([expect.stringMatching(/^W419 .* does not declare the capability/)]);
    });
  });

  it.each([
    [{}, /no IP ranges specified/],
    [{ rangeStart: '10.4.0.9' }, /no IP ranges specified/],
    [{ ranges: [[]] }, /invalid range set 0: empty range set/],
    [{ ranges: [{ subnet: '10.4.0.0/24' }] }, /`ranges` is a list of lists/],
    [{ ranges: [[{}]] }, /invalid range set 0: invalid CIDR address/],
    [{ subnet: '10.4.0.7/24' }, /Network has host bits set.* the network address is 10\.4\.0\.0$/],
    [{ subnet: '10.4.0.0/31' }, /Network 10\.4\.0\.0\/31 too small to allocate from/],
    [{ subnet: 'fd00::/127' }, /too small/],
    [{ subnet: '10.4.0.0/24', rangeStart: '10.5.0.1' }, /RangeStart 10\.5\.0\.1 not in network 10\.4\.0\.0\/24/],
    [{ subnet: '10.4.0.0/24', rangeEnd: '10.5.0.1' }, /RangeEnd 10\.5\.0\.1 not in network/],
    [{ subnet: '10.4.0.0/24', rangeStart: '10.4.0.9', rangeEnd: '10.4.0.8' }, /RangeStart 10\.4\.0\.9 not in network/],
    [{ subnet: '10.4.0.0/24', gateway: '10.4.0' }, /invalid IP address: "10\.4\.0" \(`gateway`\)/],
    [{ ranges: [[{ subnet: '10.4.0.0/24' }, { subnet: 'fd00::/64' }]] }, /mixed address families/],
    [{ ranges: [[{ subnet: '10.4.0.0/24' }, { subnet: '10.4.0.0/16' }]] }, /subnets .* and .* overlap/],
    [{ subnet: '10.4.0.0/24', ranges: [[{ subnet: '10.4.0.0/16' }]] }, /range set 0 overlaps with 1/],
  ])('fails with %j', (ipam, words) => {
    const [first, ...others] = found(plan(hostLocal(ipam), pod('a', on('hl'))));
    expect(first).toMatch(/^E430 .* network kube-system\/hl: IPAM host-local: /);
    expect(first).toMatch(words);
    expect(others).toEqual([]);
  });

  it('fails with two addresses of an IP version in a CNI version that knows one', () => {
    const two = { subnet: '10.4.0.0/24', ranges: [[{ subnet: '10.6.0.0/24' }]] };
    expect(found(plan(hostLocal(two, { cniVersion: '0.2.0' }), pod('a', on('hl'))))).toEqual([
      expect.stringMatching(/^E430 .* CNI version 0\.2\.0 does not support more than 1 address per family/),
    ]);
  });

  it('names keys that it does not heed', () => {
    const ipam = { ranges: [[{ subnet: '10.4.0.0/24', range: 'x' }]], rangeStart: '10.4.0.9' };
    expect(found(plan(hostLocal(ipam), pod('a', on('hl'))))).toEqual([
      expect.stringMatching(/^W418 .*`range` of a range of host-local IPAM is not known/),
      expect.stringMatching(/^W418 .*`rangeStart` of IPAM host-local has no effect: it is read beside `subnet` alone/),
    ]);
  });
});

describe('whereabouts', () => {
  const given = (ipam: object, count: number) =>
    addressesOf(goodPlan(whereabouts(ipam), deployment('web', count, on('wa'))));

  it.each([
    ['the usable addresses', { range: '10.5.0.0/30' }, ['10.5.0.1/30', '10.5.0.2/30']],
    ['all the same with host bits', { range: '10.5.0.2/30' }, ['10.5.0.1/30', '10.5.0.2/30']],
    ['of IPv6 all but the last', { range: 'fd00:5::/126' }, ['fd00:5::1/126', 'fd00:5::2/126']],
    ['from one to another', { range: '10.5.0.8-10.5.0.9/24' }, ['10.5.0.8/24', '10.5.0.9/24']],
    [
      'between the ends that are written',
      { range: '10.5.0.0/24', range_start: '10.5.0.20', range_end: '10.5.0.021' },
      ['10.5.0.20/24', '10.5.0.21/24'],
    ],
    [
      'without what is excluded',
      { range: '10.5.0.0/28', exclude: ['10.5.0.1', '10.5.0.4/30', 'fd00::/8'] },
      ['10.5.0.2/28', '10.5.0.3/28', '10.5.0.8/28'],
    ],
    [
      'of each range one, and those that every pod has',
      {
        range: '10.5.0.0/24',
        ipRanges: [{ range: 'fd00:5::/64', range_start: 'fd00:5::5', exclude: ['fd00:5::5'] }],
        addresses: [{ address: '10.9.0.5/24' }],
      },
      ['10.5.0.1/24 fd00:5::6/64 10.9.0.5/24'],
    ],
    ['those that every pod has alone', { addresses: [{ address: '10.9.0.5/24' }] }, ['10.9.0.5/24']],
  ])('gives %s', (_, ipam, addresses) => {
    expect(given(ipam, addresses.length)).toEqual(addresses);
  });

  it('knows of all nodes', () => {
    const made = goodPlan(
      whereabouts({ range: '10.5.0.0/24' }),
      workload('DaemonSet', 'ds', '', on('wa')),
      ...[nodes(2)],
    );
    expect(addressesOf(made)).toEqual(['10.5.0.1/24', '10.5.0.2/24']);
  });

  it('gives the lowest free one, once more at once', () => {
    expect(givenBySteps(whereabouts({ range: '10.5.0.0/24' }), on('wa'), 2, replicas(1, 3))).toEqual([
      ['10.5.0.2/24', '10.5.0.3/24'],
    ]);
  });

  it('gives a command to the lab none that a step to come gives back: it is in use still', () => {
    const { live } = withSteps(whereabouts({ range: '10.5.0.0/24' }), on('wa'), 2, replicas(1));
    const target = { kind: 'Deployment', namespace: 'default', name: 'web', replica: null, path: [] } as const;
    const { resolved } = live.planCommand({ verb: 'scale', targets: [{ ...target, replicas: 3 }] }, PLAIN_WIRE);
    expect(resolved === null ? [] : createdBy(resolved.change)).toEqual([['10.5.0.3/24']]);
  });

  it('has what a command was given free again where that comes to nothing', () => {
    const { live } = withSteps(whereabouts({ range: '10.5.0.0/29' }), on('wa'), 2, replicas(1));
    const target = { kind: 'Deployment', namespace: 'default', name: 'web', replica: null, path: [] } as const;
    const scaled = (replicas: number) => {
      const planned = live.planCommand({ verb: 'scale', targets: [{ ...target, replicas }] }, PLAIN_WIRE);
      const created = planned.resolved === null ? [] : createdBy(planned.resolved.change);
      return { undo: planned.undo, created, codes: planned.diagnostics.map(({ code }) => code) };
    };
    expect(scaled(9)).toMatchObject({ created: [], codes: ['E407'] });
    const first = scaled(3);
    expect(first.created).toEqual([['10.5.0.3/29']]);
    first.undo();
    expect(scaled(3).created).toEqual([['10.5.0.3/29']]);
    expect(scaled(3).created).toEqual([['10.5.0.4/29']]);
  });

  it('keeps ranges that overlap apart, unless it is told not to, or they are of two networks', () => {
    const two = (one: object, other: object) =>
      goodOrFound(
        whereabouts({ range: '10.5.0.0/24', ...one }),
        whereabouts({ range: '10.5.0.0/16', ...other }, 'wb'),
        ...[pod('a', on('wa')), pod('b', on('wb'))],
      );
    const no = { enable_overlapping_ranges: false };
    expect(two({}, {})).toEqual(['10.5.0.1/24', '10.5.0.2/16']);
    expect(two(no, no)).toEqual([expect.stringMatching(/^E408 .* address 10\.5\.0\.1 of default\/b belongs to/)]);
    expect(two(no, { ...no, range: '10.5.0.0/24' })).toEqual(['10.5.0.1/24', '10.5.0.2/24']);
    expect(two({}, { network_name: 'blue' })).toEqual([expect.stringMatching(/^E408 /)]);
  });

  it('does not know of hosts, which is refused, and said', () => {
    const host = scenario('hosts: [ { name: router, addresses: [ 10.5.0.1/24 ] } ]');
    const documents = [whereabouts({ range: '10.5.0.0/24' }), pod('a', on('wa')), host];
    expect(found(plan(...documents))).toEqual([expect.stringMatching(/^E408 .* belongs to host:router already$/)]);
    expect(helpsOf(...documents)).toEqual([expect.stringMatching(/add it to `exclude` of the range/)]);
  });

  it('and a pool of Spiderpool do not know of each other, whichever comes first', () => {
    const p = pool('p', 'subnet: 10.5.0.0/16, ips: [ 10.5.0.1-10.5.0.9 ], default: true');
    const pods = [pod('a', on('wa')), pod('b', 'a: b')];
    for (const order of [pods, [...pods].reverse()]) {
      expect(found(plan(p, whereabouts({ range: '10.5.0.0/16' }), ...order))).toEqual([
        expect.stringMatching(/^E408 .* address 10\.5\.0\.1 of default\/[ab] belongs to default\/[ab] already$/),
      ]);
    }
  });

  it('gives out its gateway as any other, which is said, and a route by it fails', () => {
    const ipam = { range: '10.5.0.0/24', gateway: '10.5.0.1' };
    const said = (more: object) => found(plan(whereabouts({ ...ipam, ...more }), pod('a', on('wa'))));
    const warned: unknown = expect.stringMatching(
      /^W410 .* eth0 of default\/a gets 10\.5\.0\.1\/24, the gateway of network/,
    );
    expect(said({})).toEqual([warned]);
    expect(said({ routes: [{ dst: '0.0.0.0/0' }] })).toEqual([
      expect.stringMatching(/^E430 .* failed to add route to 0\.0\.0\.0\/0 via 10\.5\.0\.1: eth0 of default\/a has/),
      warned,
    ]);
    expect(said({ routes: [{ dst: '0.0.0.0/0' }], exclude: ['10.5.0.1/32'] })).toEqual([]);
  });

  it('gives the gateway to routes without one', () => {
    const routes = [{ dst: '0.0.0.0/0' }, { dst: '::/0' }];
    const ipam = { range: '10.5.0.0/24', exclude: ['10.5.0.1'], gateway: '10.5.0.1', routes };
    expect(goodPlan(whereabouts(ipam), pod('a', on('wa'))).pods[0]?.interfaces[0]?.routes).toEqual([
      { to: '0.0.0.0/0', via: '10.5.0.1' },
      { to: '::/0', via: null },
    ]);
  });

  it('with all addresses taken says so, in its words', () => {
    const ipam = { range: '10.5.0.0/29', exclude: ['10.5.0.4/30'], range_start: '10.5.0.3' };
    expect(found(plan(whereabouts(ipam), deployment('web', 2, on('wa'))))).toEqual([
      expect.stringMatching(
        /^E407 .*IPAM whereabouts: error at storage engine: Could not allocate IP in range: ip: 10\.5\.0\.3 \/ - 10\.5\.0\.6 \/ range: 10\.5\.0\.0\/29 \/ excludeRanges: \[10\.5\.0\.4\/30\]$/,
      ),
    ]);
  });

  it.each([
    [{}, /returns no address/],
    [{ range: '10.5.0.0' }, /invalid CIDR 10\.5\.0\.0/],
    [{ range: '10.6.0.1-10.5.0.9/24' }, /invalid range start for CIDR 10\.5\.0\.0\/24: 10\.6\.0\.1/],
    [{ range: 'x-10.5.0.9/24' }, /invalid range start IP: x/],
    [{ range: '10.5.0.0/31' }, /net mask is too short, subnet 10\.5\.0\.0\/31 has no usable IP addresses/],
    [{ range: '10.5.0.0/24', exclude: ['x'] }, /could not parse exclude range/],
    [{ range: '10.5.0.0/24', exclude: '10.5.0.1' }, /`exclude` is a list/],
    [{ range: '10.5.0.0/24', gateway: 'x' }, /couldn't parse gateway IP: x/],
    [{ range: 7 }, /`range` is a text/],
    [{ ipRanges: ['10.5.0.0/24'] }, /`ipRanges` is a list of ranges/],
    [{ ipRanges: [{ range: '10.5.0.0/24', range_start: 'x' }] }, /invalid IP address: x/],
    [{ range: '10.5.0.0/24', addresses: [{ address: '10.9.0.5' }] }, /invalid CIDR in addresses 10\.9\.0\.5/],
    [{ range: '10.5.0.0/24', enable_overlapping_ranges: 'no' }, /`enable_overlapping_ranges` is true or false/],
    [{ range: '10.5.0.1-10.5.0.5/24', ipRanges: [{ range: '10.5.0.8-10.5.0.9/24' }] }, /two ranges of 10\.5\.0\.0\/24/],
  ])('fails with %j', (ipam, words) => {
    const [first, ...others] = found(plan(whereabouts(ipam), pod('a', on('wa'))));
    expect(first).toMatch(/^E430 .* network kube-system\/wa: IPAM whereabouts: /);
    expect(first).toMatch(words);
    expect(others).toEqual([]);
  });

  it.each([
    [{ range: '10.5.0.0/24', range_start: '10.6.0.1' }, /`range_start` .* has no effect: 10\.6\.0\.1 is none/],
    [{ range: '10.5.0.0/24', range_start: 'x' }, /`range_start` .* has no effect: x is none/],
    [{ range: '10.5.0.9/24', range_start: '10.5.0.9', range_end: '10.5.0.8' }, /`range_end` .* has no effect/],
    [{ range: '10.5.0.8-10.5.0.9/24', range_start: '10.5.0.8' }, /`range_start` .* says both ends/],
    [{ range: '10.5.0.9-10.5.0.8/24' }, /the end of range 10\.5\.0\.9-10\.5\.0\.8\/24 .* has no effect/],
    [{ ipRanges: [{ range: '10.5.0.0/24' }], exclude: ['10.5.0.1'] }, /`exclude` .* is read beside `range` alone/],
    [{ range: '10.5.0.0/24', configuration_path: '/x' }, /`configuration_path` .* has no effect here/],
    [{ range: '10.5.0.0/24', rangeStart: '10.5.0.9' }, /`rangeStart` of IPAM whereabouts is not known/],
  ])('names what it does not heed of %j', (ipam, words) => {
    const [first, ...others] = found(plan(whereabouts(ipam), pod('a', on('wa'))));
    expect(first).toMatch(/^W418 /);
    expect(first).toMatch(words);
    expect(others).toEqual([]);
  });

  it('is not modelled where one pod would get an address twice', () => {
    const ipam = { range: '10.5.0.0/24', ipRanges: [{ range: '10.5.0.0/16' }] };
    expect(found(plan(whereabouts(ipam), pod('a', on('wa'))))).toEqual([
      expect.stringMatching(/^E411 .* ranges 10\.5\.0\.0\/24 and 10\.5\.0\.0\/16 in one IPAM of whereabouts overlap/),
    ]);
  });

  it('takes no address that a pod asks for', () => {
    const asks = pod('a', beside('[{"name":"wa","namespace":"kube-system","ips":["10.5.0.9"]}]'));
    expect(found(plan(whereabouts({ range: '10.5.0.0/24' }), asks))).toEqual([
      expect.stringMatching(/^W419 .*`ips` has no effect on kube-system\/wa: whereabouts takes none/),
    ]);
  });
});

describe('a pod of an exported cluster', () => {
  const hadPod = (name: string, ip: string, network: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, uid: u-${name}, annotations: { ${on(network)} } }
spec: { nodeName: n1, containers: [ { name: c, image: i } ] }
status: { phase: Running, podIP: ${ip} }`;

  it.each([
    ['hl', hostLocal({ subnet: '10.4.0.0/24', routes: [{ dst: '0.0.0.0/0' }] }), '10.4.0'],
    ['wa', whereabouts({ range: '10.4.0.0/24', gateway: '10.4.0.254', routes: [{ dst: '0.0.0.0/0' }] }), '10.4.0'],
  ])('on %s keeps its address, which nobody else gets, with its routes', (network, document, prefix) => {
    const first = network === 'hl' ? 2 : 1;
    const made = goodPlan(document, pod('b', on(network)), hadPod('a', `${prefix}.${first}`, network));
    expect(made.pods.map(({ name, interfaces }) => [name, interfaces[0]?.addresses[0]]).sort()).toEqual([
      ['a', `${prefix}.${first}/24`],
      ['b', `${prefix}.${first + 1}/24`],
    ]);
    const router = network === 'hl' ? '10.4.0.1' : '10.4.0.254';
    expect(made.pods.map(({ interfaces }) => interfaces[0]?.routes)).toEqual(
      made.pods.map(() => [{ to: '0.0.0.0/0', via: router }]),
    );
  });

  it('with an address that cannot be of there keeps it, with a warning', () => {
    const planned = plan(
      hostLocal({ subnet: '10.4.0.0/24', ranges: [[{ subnet: 'fd00::/64' }]] }),
      hadPod('a', '10.7.0.5', 'hl'),
    );
    expect(planned.plan === null ? [] : addressesOf(planned.plan)).toEqual(['10.7.0.5/32']);
    expect(found(planned).map((text) => text.replace(/ \d+:\d+/, ''))).toEqual([
      'W433 default/a had the address 10.7.0.5 on eth0: host-local of kube-system/hl cannot have given it',
      'W434 default/a had no IPv6 address on eth0, and host-local of kube-system/hl would give it one now: it gets none',
    ]);
  });
});

/** Addresses of all pods, or what is wrong. */
function goodOrFound(...documents: string[]): string[] {
  const planned = plan(...documents);
  return planned.plan === null ? found(planned) : addressesOf(planned.plan);
}

function replicas(...counts: number[]): string[] {
  return counts.map((count) => `scale: [ { deployment: default/web, replicas: ${count} } ]`);
}

/** What the pods get that each step makes; steps that make none are left out. */
function givenBySteps(network: string, annotation: string, count: number, steps: readonly string[]): string[][] {
  const { plan } = withSteps(network, annotation, count, steps);
  return plan.timeline.flatMap((step) => ('change' in step ? createdBy(step.change) : []));
}

function withSteps(network: string, annotation: string, count: number, steps: readonly string[]) {
  const lab = scenario(`manifests: [ all.yaml ]\ntimeline:\n${steps.map((step) => `- ${step}`).join('\n')}`);
  const all = [network, deployment('web', count, annotation)].join('\n---\n');
  const { plan, live, diagnostics } = makePlan(readFiles({ 'lab/all.yaml': all, 'lab/s.yaml': lab }));
  if (plan === null) throw new Error(JSON.stringify(diagnostics, null, 2));
  return { plan, live };
}

function createdBy({ createPods = [] }: ClusterChange): string[][] {
  return createPods.length === 0 ? [] : [createPods.flatMap(({ interfaces }) => interfaces[0]?.addresses ?? [])];
}

it.each([
  ['host-local', hostLocal({ subnet: '10.244.0.0/24' }), 'kube-system/hl', '10.244.0.2/24'],
  [
    'static',
    nad('st', { type: 'static', addresses: [{ address: '10.244.0.2/16' }] }),
    'kube-system/st',
    '10.244.0.2/16',
  ],
])(
  'a subnet that a network of the manifests has is not the one of pods without a pool: %s',
  (_, network, name, given) => {
    const made = goodPlan(network, pod('a', beside(name)));
    expect(addressesOf(made)).toEqual([`10.245.0.2/16 ${given}`]);
  },
);

it('one address for two interfaces of a pod names the pod once', () => {
  const two = ['one', 'two'].map((name) => nad(name, { type: 'static', addresses: [{ address: '10.9.0.2/16' }] }));
  expect(found(plan(...two, pod('a', beside('kube-system/one,kube-system/two'))))).toEqual([
    expect.stringMatching(/^E408 .* address 10\.9\.0\.2 of default\/a belongs to another interface of it already$/),
  ]);
});
