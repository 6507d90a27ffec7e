import { describe, expect, it } from 'vitest';
import type { NetworkOperation, Operation } from '../observer.ts';
import { CommandWriter } from './command-writer.ts';

function linesOf(...operations: readonly Operation[]): readonly string[] {
  const writer = new CommandWriter();
  for (const operation of operations) writer.hear(operation);
  return writer.take();
}

/** In a namespace that is there, with what is in it by then; only the lines of what comes after. */
function linesIn(before: readonly Operation[], ...operations: readonly Operation[]): readonly string[] {
  const writer = new CommandWriter();
  for (const operation of before) writer.hear(operation);
  writer.take();
  for (const operation of operations) writer.hear(operation);
  return writer.take();
}

const NODE = 'node:n1';
const POD = 'default/a';
const at = { namespace: NODE } as const;
const namespaces: readonly Operation[] = [
  { what: 'add-namespace', name: NODE, fd: 20 },
  { what: 'add-namespace', name: POD, fd: 21 },
];
const nic: Operation = { what: 'add-link', ...at, spec: { kind: 'dummy', name: 'ens192', ifindex: 1000 } };
const slave: Operation = {
  what: 'add-link',
  ...at,
  spec: {
    kind: 'ipvlan',
    name: 'eth0',
    ifindex: 101,
    master: 1000,
    mode: 'l2',
    isolation: 'bridge',
    mtu: 1400,
    namespaceFd: 21,
  },
};
const pod = [...namespaces, nic, slave];
const map = (name: string, fd = 9) => ({ fd, name });
const update = (key: number, value: number, name = 'endpoints'): Extract<Operation, { what: 'update-entry' }> => ({
  what: 'update-entry',
  map: map(name),
  key: Uint8Array.of(key, 3, 0, 0),
  values: [Uint8Array.of(value, 0, 15)],
  flags: 'any',
});
const MAPS = '/run/ipvlane-bpf/maps';

describe('commands of links', () => {
  it('call namespaces, masters and interfaces by their names, and number what was numbered', () => {
    expect(linesOf(...pod, { what: 'set-link', namespace: POD, ifindex: 1, change: { up: true } })).toEqual([
      'ip netns add node.n1',
      'ip netns add default.a',
      'ip -n node.n1 link add name ens192 index 1000 type dummy',
      'ip -n node.n1 link add link ens192 name eth0 index 101 mtu 1400 netns default.a type ipvlan mode l2 bridge',
      'ip -n default.a link set dev lo up',
    ]);
  });

  it('make a wire of two ends, each in its namespace and with one queue', () => {
    const wire: Operation = {
      what: 'add-link',
      namespace: NODE,
      spec: {
        kind: 'veth',
        name: 'port1',
        ifindex: 1001,
        mtu: 1500,
        peer: { name: 'eth0', ifindex: 1002, mtu: 1400, namespaceFd: 21 },
      },
    };
    const up = (namespace: string, ifindex: number): Operation => ({
      what: 'set-link',
      namespace,
      ifindex,
      change: { up: true },
    });
    expect(linesIn(namespaces, wire, up(NODE, 1001), up(POD, 1002))).toEqual([
      'ip -n node.n1 link add name port1 index 1001 mtu 1500 numtxqueues 1 numrxqueues 1 type veth ' +
        'peer name eth0 index 1002 mtu 1400 numtxqueues 1 numrxqueues 1 netns default.a',
      'ip -n node.n1 link set dev port1 up',
      'ip -n default.a link set dev eth0 up',
    ]);
  });

  it('say what stands on others: a bond with its ports, a VLAN', () => {
    const bond = { kind: 'bond', name: 'bond0', ifindex: 7, mtu: 1500, mode: 'active-backup' } as const;
    const vlan = { kind: 'vlan', name: 'bond0.100', ifindex: 8, mtu: 1500, parent: 7, id: 100 } as const;
    const lines = linesIn(
      [...namespaces, nic],
      { what: 'add-link', ...at, spec: bond },
      { what: 'set-link', ...at, ifindex: 1000, change: { up: false } },
      { what: 'set-link', ...at, ifindex: 1000, change: { master: 7, up: true } },
      { what: 'add-link', ...at, spec: vlan },
      { what: 'delete-link', ...at, ifindex: 8 },
    );
    expect(lines).toEqual([
      'ip -n node.n1 link add name bond0 index 7 mtu 1500 type bond mode active-backup',
      'ip -n node.n1 link set dev ens192 down',
      'ip -n node.n1 link set dev ens192 master bond0 up',
      'ip -n node.n1 link add link bond0 name bond0.100 index 8 mtu 1500 type vlan id 100',
      'ip -n node.n1 link delete dev bond0.100',
    ]);
  });

  it('bound super-packets, and say the other settings of a link', () => {
    const change = { gsoMaxSegments: 5, gsoMaxSize: 8192, txQueueLen: 10, ipv6LinkLocal: 'none', mtu: 900 } as const;
    expect(linesIn(pod, { what: 'set-link', namespace: POD, ifindex: 101, change })).toEqual([
      'ip -n default.a link set dev eth0 mtu 900 txqueuelen 10 gso_max_segs 5 gso_max_size 8192 addrgenmode none',
    ]);
  });

  it('give addresses and routes as they were given, and take them away', () => {
    const here = { namespace: POD, ifindex: 101 };
    const route = { to: '10.9.0.0/16', ifindex: 101 };
    const lines = linesIn(
      pod,
      { what: 'add-address', ...here, address: '10.0.0.1/24', options: { noDad: true } },
      { what: 'add-address', ...here, address: 'fd00::1/64', options: { noDad: true } },
      {
        what: 'route',
        namespace: POD,
        verb: 'prepend',
        route: { to: '0.0.0.0/0', via: '10.0.0.254', ifindex: 101, onlink: true },
      },
      { what: 'route', namespace: POD, verb: 'replace', route: { ...route, metric: 5, table: 100, from: '10.0.0.1' } },
      { what: 'route', namespace: POD, verb: 'delete', route },
    );
    expect(lines).toEqual([
      'ip -n default.a addr add 10.0.0.1/24 dev eth0',
      'ip -n default.a addr add fd00::1/64 dev eth0 nodad',
      'ip -n default.a route prepend 0.0.0.0/0 via 10.0.0.254 dev eth0 onlink proto static',
      'ip -n default.a route replace 10.9.0.0/16 dev eth0 proto static table 100 src 10.0.0.1 metric 5',
      'ip -n default.a route delete 10.9.0.0/16 dev eth0 proto static',
    ]);
  });

  it('ask for a MAC that the kernel chose, and write one that was given', () => {
    const mac = '5e:00:00:00:00:01';
    const neighbor = { what: 'add-neighbor', namespace: POD, ifindex: 101, address: '10.0.0.2' } as const;
    const lines = linesIn(
      pod,
      { what: 'see-link', ...at, ifindex: 1000, address: mac },
      { ...neighbor, mac },
      { ...neighbor, mac: '02:00:00:00:00:09' },
      { what: 'delete-neighbor', namespace: POD, ifindex: 101, address: '10.0.0.2' },
    );
    expect(lines).toEqual([
      "ip -n default.a neigh replace 10.0.0.2 lladdr $(ip -n node.n1 -br link show dev ens192 | awk '{ print $3 }') dev eth0 nud permanent",
      'ip -n default.a neigh replace 10.0.0.2 lladdr 02:00:00:00:00:09 dev eth0 nud permanent',
      'ip -n default.a neigh delete 10.0.0.2 dev eth0',
    ]);
  });

  it('set sysctls where they were set', () => {
    const notify = { what: 'sysctl', path: 'net/ipv4/conf/eth0.100/arp_notify', value: '1' } as const;
    const range = { what: 'sysctl', path: 'net/ipv4/ip_local_port_range', value: '1024 65535' } as const;
    expect(linesIn(namespaces, { ...notify, namespace: POD }, { ...range, namespace: null })).toEqual([
      'ip netns exec default.a sysctl -qw net.ipv4.conf.eth0/100.arp_notify=1',
      "sysctl -qw net.ipv4.ip_local_port_range='1024 65535'",
    ]);
  });

  it('quote what a shell would read otherwise', () => {
    const odd: Operation = {
      what: 'add-link',
      namespace: "a'$(x)/b c",
      spec: { kind: 'vlan', name: "a'$(x);b", ifindex: 4, parent: 3, id: 1 },
    };
    const parent: Operation = {
      what: 'add-link',
      namespace: "a'$(x)/b c",
      spec: { kind: 'dummy', name: 'é&', ifindex: 3 },
    };
    expect(linesIn([parent], odd)).toEqual([
      String.raw`ip -n 'a'\''$(x).b c' link add link 'é&' name 'a'\''$(x);b' index 4 type vlan id 1`,
    ]);
  });

  it('make what has a name of its own again after it went', () => {
    const gone: Operation = { what: 'delete-namespace', name: POD, fd: 21 };
    const again: Operation = { what: 'add-namespace', name: POD, fd: 22 };
    const old: Operation = { what: 'set-link', namespace: POD, ifindex: 101, change: { up: true } };
    expect(linesIn(pod, gone, again, old)).toEqual([
      'ip netns delete default.a',
      'ip netns add default.a',
      'ip -n default.a link set dev if101 up',
    ]);
  });
});

describe('commands of queues', () => {
  type Qdisc = Extract<NetworkOperation, { what: 'qdisc' }>;
  const hang = (spec: Qdisc['spec'], parts: Partial<Qdisc> = {}): string | undefined =>
    linesIn(pod, {
      what: 'qdisc',
      namespace: POD,
      verb: 'add',
      ifindex: 101,
      parent: 'root',
      spec,
      handle: 0,
      ...parts,
    })[0];

  it('hang each kind with what it was given, at the place that it was given', () => {
    expect(hang({ kind: 'clsact' }, { parent: 'clsact' })).toBe('tc -n default.a qdisc add dev eth0 clsact');
    expect(hang({ kind: 'fq', limit: 1, flowLimit: 2, pacing: false, horizonNs: 2e9 }, { verb: 'replace' })).toBe(
      'tc -n default.a qdisc replace dev eth0 root fq limit 1 flow_limit 2 nopacing horizon 2000000us',
    );
    expect(hang({ kind: 'tbf', rateBps: 1e6, burstBytes: 9000, latencyNs: 25e6 }, { parent: 0x10001 })).toBe(
      'tc -n default.a qdisc add dev eth0 parent 1:1 tbf rate 1000000bit burst 9000 latency 25000us',
    );
    expect(hang({ kind: 'htb', defaultClass: 1 }, { handle: 0x10000 })).toBe(
      'tc -n default.a qdisc add dev eth0 root handle 1: htb default 1',
    );
    expect(hang({ kind: 'prio' }, { handle: 0x30000 })).toBe(
      `tc -n default.a qdisc add dev eth0 root handle 3: prio bands 2 priomap${' 0'.repeat(16)}`,
    );
    expect(hang({ kind: 'codel', limit: 100, targetNs: 5e6 })).toBe(
      'tc -n default.a qdisc add dev eth0 root codel limit 100 target 5000us',
    );
  });

  it('say the seed of the dice only where there are any, and where tc of today takes no notice', () => {
    expect(hang({ kind: 'netem', delayNs: 1e5, limit: 10, seed: 7n })).toBe(
      'tc -n default.a qdisc add dev eth0 root netem delay 100us limit 10',
    );
    expect(hang({ kind: 'netem', lossPct: 1, rateBps: 8e6, seed: 7n })).toBe(
      'tc -n default.a qdisc add dev eth0 root netem delay 0us loss 1% rate 8000000bit limit 1000 # and, from tc 6.6 on: seed 7',
    );
  });

  it('make classes, and take qdiscs away', () => {
    const spec = { kind: 'htb', rateBps: 1e6, burstBytes: 4000 } as const;
    const lines = linesIn(
      pod,
      { what: 'add-class', namespace: POD, ifindex: 101, parent: 0x10000, classid: 0x10001, spec },
      { what: 'delete-qdisc', namespace: POD, ifindex: 101, parent: 'root' },
    );
    expect(lines).toEqual([
      'tc -n default.a class add dev eth0 parent 1: classid 1:1 htb rate 1000000bit burst 4000',
      'tc -n default.a qdisc delete dev eth0 root',
    ]);
  });

  it('police, redirect and ask programs in the order of their priorities', () => {
    const place = { ifindex: 101, hook: 'ingress', priority: 3 } as const;
    const police = { rateBps: 1e6, burstBytes: 4000 };
    const filter = (parts: object): Operation => ({
      what: 'add-action-filter',
      namespace: POD,
      filter: { ...place, ...parts },
    });
    const lines = linesIn(
      pod,
      filter({ police }),
      filter({ police, redirectTo: 1 }),
      { what: 'add-bpf-filter', namespace: POD, filter: { ...place, programFd: 5, name: 'ipvlane_ingress' } },
      { what: 'add-bpf-filter', namespace: POD, filter: { ...place, hook: 0x30000, programFd: 5, name: 'x' } },
    );
    const words = 'tc -n default.a filter add dev eth0 ingress prio 3';
    const policed = `${words} matchall action police rate 1000000bit burst 4000 mtu 65535 conform-exceed drop`;
    expect(lines).toEqual([
      `${policed}/continue`,
      `${policed}/pipe action mirred egress redirect dev lo`,
      `${words} bpf da object-pinned /run/ipvlane-bpf/programs/ipvlane_ingress`,
      'tc -n default.a filter add dev eth0 parent 3: prio 3 bpf da object-pinned /run/ipvlane-bpf/programs/x',
    ]);
  });
});

describe('commands of eBPF', () => {
  const load = (fd: number, options = {}): Operation => ({
    what: 'load-object',
    path: '/a b/dataplane.bpf.o',
    options,
    programs: [{ fd, name: 'ipvlane_egress' }],
    maps: [{ fd: fd + 1, name: 'limits' }],
  });

  it('load and pin an object, and say what bpftool cannot', () => {
    expect(linesOf(load(4, { maxEntries: { limits: 24, policy: 7 }, refuseWhenFull: ['conntrack'] }))).toEqual([
      'mkdir -p /run/ipvlane-bpf',
      'mount -t bpf bpf /run/ipvlane-bpf',
      `bpftool prog loadall '/a b/dataplane.bpf.o' /run/ipvlane-bpf/programs type classifier pinmaps ${MAPS}`,
      '# bpftool leaves maps as large as the file says; here, in entries: limits 24, policy 7',
      '# bpftool leaves maps of the kind that the file says; here conntrack is a plain hash map',
    ]);
  });

  it('keep a second object, which shares maps of the first, apart from it', () => {
    const put: Operation = { ...update(1, 2), map: map('limits', 11) };
    const unload = (fd: number): Operation => ({ what: 'unload-object', maps: [{ fd, name: 'limits' }] });
    expect(linesIn([load(4)], load(10, { reuse: { limits: map('limits', 5) } }), put, unload(11), unload(5))).toEqual([
      `bpftool prog loadall '/a b/dataplane.bpf.o' /run/ipvlane-bpf/programs-2 type classifier map name limits pinned ${MAPS}/limits pinmaps ${MAPS}-2`,
      `bpftool map update pinned ${MAPS}-2/limits key hex 01 03 00 00 value hex 02 00 0f`,
      `rm -r ${MAPS}-2 /run/ipvlane-bpf/programs-2`,
      'umount /run/ipvlane-bpf',
    ]);
  });

  it('write entries one by one, in their order, and take out those that were written', () => {
    const lines = linesOf(
      update(1, 2),
      { ...update(1, 3), flags: 'replace' },
      update(1, 4, 'limits'),
      { what: 'delete-entry', map: map('endpoints'), key: Uint8Array.of(1, 3, 0, 0) },
      { what: 'grace-period' },
    );
    expect(lines).toEqual([
      `bpftool map update pinned ${MAPS}/endpoints key hex 01 03 00 00 value hex 02 00 0f`,
      `bpftool map update pinned ${MAPS}/endpoints key hex 01 03 00 00 value hex 03 00 0f exist`,
      `bpftool map update pinned ${MAPS}/limits key hex 01 03 00 00 value hex 04 00 0f`,
      `bpftool map delete pinned ${MAPS}/endpoints key hex 01 03 00 00`,
      '# wait until no program runs any more that saw what was there before (a grace period of RCU)',
    ]);
  });

  it('hand many entries of a map on together, and lose none', () => {
    const lines = linesOf(...Array.from({ length: 300 }, (_, n) => update(n % 256, 1, `moments${n < 256 ? '' : '2'}`)));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^printf 'map update pinned \/run\/ipvlane-bpf\/maps\/moments key hex %s value hex %s\\n' '00 03 00 00' '01 00 0f' '01 03 00 00' /,
    );
    expect(lines.map((line) => line.match(/'01 00 0f'/g)?.length)).toEqual([256, 44]);
    expect(lines.every((line) => line.endsWith(' | bpftool batch file -'))).toBe(true);
  });

  it('say in a comment what no line can: entries that programs had made, and values that differ by CPU', () => {
    const forgotten = (n: number): Operation => ({
      what: 'delete-entry',
      map: map('conntrack'),
      key: Uint8Array.of(n),
    });
    const perCpu = (...values: number[]): Operation => ({
      ...update(1, 0, 'drops'),
      values: values.map((value) => Uint8Array.of(value)),
    });
    expect(linesOf(forgotten(1), forgotten(2), perCpu(0, 0), perCpu(0, 1), forgotten(3))).toEqual([
      `# 2 entries that programs had made taken out of ${MAPS}/conntrack`,
      `bpftool map update pinned ${MAPS}/drops key hex 01 03 00 00 value hex 00`,
      `# each CPU got a value of its own in ${MAPS}/drops, key hex 01 03 00 00`,
      `# an entry that programs had made taken out of ${MAPS}/conntrack`,
    ]);
  });

  it('keep bytes as they were when they were heard of', () => {
    const writer = new CommandWriter();
    const key = Uint8Array.of(1);
    writer.hear({ what: 'update-entry', map: map('policy'), key, values: [Uint8Array.of(2)], flags: 'any' });
    key[0] = 9;
    expect(writer.take()).toEqual([`bpftool map update pinned ${MAPS}/policy key hex 01 value hex 02`]);
    expect(writer.take()).toEqual([]);
  });
});
