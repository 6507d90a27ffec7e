import { masterQueue } from './engine/shapings.ts';
import { describe, expect, it } from 'vitest';
import type { PodPlan } from '../plan/plan.ts';
import {
  hostCommands,
  mapUpdateCommand,
  namespaceName,
  nodeCommands,
  podCommands,
  underlayCommands,
} from './commands.ts';
import { wireShape } from './wire/wire-shape.ts';

const UNDERLAY = { rateBps: null, delayNs: 100_000, mtu: 1500 } as const;
const SHAPE = wireShape(UNDERLAY, 'real');
const SCENARIO = { name: 's', description: null, file: 'scenarios/s/scenario.yaml' };
const WIRE = { underlay: UNDERLAY, timeline: [], scenario: SCENARIO };
const port = (n: number) => ({
  plug: { of: 'node:n1', interface: `eth${n}` },
  portName: `port${n}`,
  port: { router: null },
  ifindex: 1000 + 2 * n,
  portIfindex: 1001 + 2 * n,
  framed: false,
  handsOver: false,
  guarded: true,
});

const POD: PodPlan = {
  ...{
    namespace: 'default',
    name: 'a',
    endpointId: 1,
    node: 'n1',
    labels: {},
    owner: null,
    enforced: false,
    ports: [],
  },
  limits: { ingressBps: null, egressBps: null },
  interfaces: [
    {
      ...{ name: 'eth0', network: null, master: 'ens192', mode: 'l2', isolation: 'bridge', mtu: 1400, pools: [] },
      addresses: ['10.0.0.1/24', 'fd00::1/64'],
      routes: [{ to: '0.0.0.0/0', via: '10.0.0.254' }],
    },
  ],
};

const ALONE = { endpoint: null, mapUpdates: [], segments: null, nodes: [], hosts: [] };

describe('commands shown', () => {
  it('of a pod that is not enforced make a slave, addresses and routes, and what it sends is not taken for sent around a program', () => {
    expect(podCommands(POD, 'default/a', ALONE)).toEqual([
      'ip netns add default.a',
      'ip -n default.a link set lo up',
      'ip -n node.n1 link add link ens192 name eth0 mtu 1400 netns default.a type ipvlan mode l2 bridge',
      'ip -n default.a addr add 10.0.0.1/24 dev eth0',
      'ip -n default.a addr add fd00::1/64 dev eth0 nodad',
      'tc -n default.a qdisc add dev eth0 clsact',
      'tc -n default.a filter add dev eth0 egress prio 2 bpf da object-pinned /run/ipvlane-bpf/programs/ipvlane_admit',
      'ip -n default.a link set eth0 up',
      'ip -n default.a route prepend 0.0.0.0/0 via 10.0.0.254 dev eth0 onlink',
    ]);
  });

  it('of a node plug each NIC into the port that it got', () => {
    const nic = (name: string) => ({ kind: 'nic', name, mtu: 1500, addresses: [] }) as const;
    const commands = nodeCommands(
      { name: 'n1', masters: [nic('ens192'), nic('ens224')] },
      [port(4), port(5)],
      WIRE,
      SHAPE,
      null,
    );
    expect(commands.filter((command) => command.includes('veth'))).toEqual([
      'ip -n underlay link add port4 mtu 1500 type veth peer name ens192 mtu 1500 netns node.n1',
      'ip -n underlay link add port5 mtu 1500 type veth peer name ens224 mtu 1500 netns node.n1',
    ]);
    expect(commands).toContain('tc -n underlay qdisc add dev port4 root netem delay 100us limit 10000');
  });

  it('of a node put the queue of an engine in the place of its NIC’s own', () => {
    const nic = { kind: 'nic', name: 'ens192', mtu: 1500, addresses: [] } as const;
    const commands = nodeCommands(
      { name: 'n1', masters: [nic] },
      [port(1)],
      WIRE,
      SHAPE,
      masterQueue('master-only', [1e8]),
    );
    expect(commands).toContain(
      'tc -n node.n1 qdisc replace dev ens192 root tbf rate 100000000bit burst 68000 latency 25000us',
    );
  });

  it('of a slave in mode L3 tell the other machines of the wire where it is', () => {
    const [eth0] = POD.interfaces;
    const routed: PodPlan = { ...POD, node: 'n1', interfaces: [{ ...eth0!, mode: 'l3', addresses: ['10.0.0.1/24'] }] };
    const nic = { kind: 'nic', name: 'ens192', mtu: 1500, addresses: [] } as const;
    const nodes = ['n1', 'n2'].map((name) => ({ name, masters: [nic] }));
    const hosts = [{ name: 'outside', addresses: [], routes: [] }];
    const mac = "$(ip -n node.n1 -br link show dev ens192 | awk '{ print $3 }')";
    expect(podCommands(routed, 'default/a', { ...ALONE, nodes, hosts }).slice(-4)).toEqual([
      `ip -n node.n2 neigh replace 10.0.0.1 lladdr ${mac} dev ens192 nud permanent`,
      'ip -n node.n2 route replace 10.0.0.1/32 dev ens192',
      `ip -n host.outside neigh replace 10.0.0.1 lladdr ${mac} dev eth0 nud permanent`,
      'ip -n host.outside route replace 10.0.0.1/32 dev eth0',
    ]);
    expect(podCommands(POD, 'default/a', { ...ALONE, nodes, hosts }).join()).not.toContain('neigh');
  });

  it('bound super-packets where the lab does', () => {
    const [eth0] = POD.interfaces;
    const single: PodPlan = { ...POD, interfaces: [{ ...eth0!, gso: false }] };
    expect(podCommands(single, 'default/a', ALONE)).toContain('ip -n default.a link set dev eth0 gso_max_segs 1');
    expect(podCommands(POD, 'default/a', { ...ALONE, segments: 5 })).toContain(
      'ip -n default.a link set dev eth0 gso_max_segs 5',
    );
    const sized: PodPlan = { ...POD, interfaces: [{ ...eth0!, gsoMaxSize: 8192 }] };
    expect(podCommands(sized, 'default/a', ALONE)).toContain('ip -n default.a link set dev eth0 gso_max_size 8192');
    const nic = { kind: 'nic', name: 'ens192', mtu: 1500, addresses: [], gsoMaxSize: 4096 } as const;
    const node = { name: 'n1', masters: [nic] };
    expect(nodeCommands(node, [{ ...port(1), framed: false, handsOver: false }], WIRE, SHAPE, null)).toContain(
      'ip -n node.n1 link set dev ens192 gso_max_size 4096',
    );
    expect(nodeCommands(node, [{ ...port(1), framed: true, handsOver: false }], WIRE, SHAPE, null)).toContain(
      'ip -n node.n1 link set dev ens192 gso_max_segs 1',
    );
  });

  it('of a host give it the fq that paces what it sends', () => {
    const commands = hostCommands({ name: 'outside', addresses: [], routes: [] }, port(1), WIRE, SHAPE);
    expect(commands).toContain('tc -n host.outside qdisc add dev eth0 root fq');
  });

  it('of a host behind a router put the port there, with the routes to it', () => {
    const links = [{ of: 'host:far', behind: 'host:edge', mtu: 1400, down: { rateBps: 10e6 } }];
    const underlay = { ...UNDERLAY, links };
    const plugged = { ...port(1), plug: { of: 'host:far', interface: 'eth0' }, port: { router: 'host:edge' } };
    const far = {
      ...{ name: 'far', mtu: 1400, router: true as const, addresses: ['192.0.2.1/32', '2001:db8::1/128'] },
      routes: [{ to: '0.0.0.0/0', via: '172.51.0.1' }],
      portRoutes: [
        { to: '192.0.2.1/32', via: null },
        { to: '2001:db8::1/128', via: null },
      ],
    };
    const commands = hostCommands(far, plugged, { ...WIRE, underlay }, wireShape(underlay, 'real'), true);
    const expected = [
      'ip netns exec host.far sysctl -qw net.ipv4.ip_forward=1',
      'ip netns exec host.far sysctl -qw net.ipv6.conf.all.forwarding=1',
      'ip -n host.edge link add port1 mtu 1400 type veth peer name eth0 mtu 1400 netns host.far',
      'ip -n host.edge link set port1 up',
      'ip -n host.far addr add fe80::2/64 dev eth0 nodad',
      'ip -n host.edge addr add fe80::1/64 dev port1 nodad',
      'ip -n host.edge route prepend 192.0.2.1/32 dev port1',
      'ip -n host.far route prepend 0.0.0.0/0 via 172.51.0.1 dev eth0 onlink',
    ];
    expect(commands.filter((command) => expected.includes(command))).toEqual(expected);
    expect(commands).toContainEqual(
      expect.stringMatching(/^tc -n host.edge qdisc add dev port1 root .*tbf rate 10000000/),
    );
  });

  it('of a wire with a trace write its moments, then what each side knows of it before a packet asks', () => {
    const trace = { file: 'cell.trace', momentsMs: [1, 2, 20] };
    const underlay = { rateBps: 1_816_800, trace, delayNs: 0, mtu: 1500 };
    const wire = { ...WIRE, underlay };
    expect(underlayCommands(wire)[0]).toMatch(/^awk .* scenarios\/s\/cell.trace \| bpftool batch file -$/);
    const fromTheRoot = { ...WIRE, underlay: { ...underlay, trace: { ...trace, file: '/var/cell.trace' } } };
    expect(underlayCommands(fromTheRoot)[0]).toMatch(/^awk .*' \/var\/cell.trace \| bpftool batch file -$/);
    const commands = hostCommands(
      { name: 'out', addresses: [], routes: [] },
      port(1),
      wire,
      wireShape(underlay, 'real'),
    );
    const order = ['index 1003 ', 'maps/wires key hex eb 03 00 00', 'dev eth0 root handle 3: prio bands 2'];
    const places = [...order, 'dev eth0 parent 3: prio 1 bpf da', 'dev eth0 parent 3:1 fq'].map((words) =>
      commands.findIndex((command) => command.includes(words)),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  it('of a link with a trace of its own write it for the end that has it, and number no other link', () => {
    const trace = { file: 'cell.trace', momentsMs: [1, 2, 20] };
    const links = [{ of: 'host:out', down: { rateBps: 1_816_800, trace, delayNs: 1e6 } }];
    const wire = { ...WIRE, underlay: { rateBps: 1e9, delayNs: 2e6, mtu: 1500, links } };
    const commandsOf = (name: string) => {
      const plugged = { ...port(1), plug: { of: `host:${name}`, interface: 'eth0' } };
      return hostCommands({ name, addresses: [], routes: [] }, plugged, wire, wireShape(wire.underlay, 'real'));
    };
    const own = commandsOf('out');
    expect(own.filter((command) => command.includes('maps/wires'))).toEqual([
      expect.stringContaining('key hex eb 03 00 00') as string,
    ]);
    expect(own).toContainEqual(expect.stringMatching(/^tc -n host.out qdisc add dev eth0 root tbf rate 1000000000/));
    expect(own).toContainEqual(expect.stringMatching(/dev port1 .*netem .*delay 3000/));
    expect(commandsOf('other').join('\n')).not.toMatch(/maps\/wires|index|prio bands/);
  });

  it('write map entries as bpftool takes them', () => {
    expect(mapUpdateCommand('endpoints', Uint8Array.of(233, 3, 0, 0), Uint8Array.of(1, 0, 15))).toBe(
      'bpftool map update pinned /run/ipvlane-bpf/maps/endpoints key hex e9 03 00 00 value hex 01 00 0f',
    );
  });

  it('quote what a shell would read otherwise', () => {
    const slave = (pod: PodPlan) => podCommands(pod, 'default/a', ALONE).find((line) => line.includes('type ipvlan'));
    expect(slave(POD)).toContain('link add link ens192 name eth0 ');
    const odd = { ...POD, interfaces: [{ ...POD.interfaces[0]!, name: "a'$(x);b", master: 'é&' }] };
    expect(slave(odd)).toContain(String.raw`link add link 'é&' name 'a'\''$(x);b' `);
  });

  it('name namespaces so that /run/netns takes them', () => {
    expect(['default/test-0', 'node:10-20-1-230', 'host:outside'].map(namespaceName)).toEqual([
      'default.test-0',
      'node.10-20-1-230',
      'host.outside',
    ]);
  });
});
