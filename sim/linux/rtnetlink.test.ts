import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBpfObject } from './bpf.ts';
import { isSystemCallError } from './errno.ts';
import { NetworkNamespace } from './namespace.ts';
import { Rtnetlink } from './rtnetlink.ts';
import { compileBpf } from './testdata/compile.ts';
import { noBpf, notRoot } from './testdata/machine.ts';
import { skipped } from '../../test/report/skipped.ts';

// What this checks against is what iproute2 reads back, so that one wrong idea of the format cannot agree with itself.
const ip = (ns: NetworkNamespace, ...argv: string[]) =>
  ns.run(() => execFileSync(argv[0]!, argv.slice(1), { encoding: 'utf8' })).trim();

const reason = notRoot();

/** Asks the kernel; anything but "TC classifier not found" is left for the test itself to meet. */
function lacksMatchall(): string | null {
  using ns = NetworkNamespace.create();
  using rt = Rtnetlink.open(ns);
  rt.addLink({ kind: 'ifb', name: 'ifb0', ifindex: 9 });
  rt.addQdisc(9, 'clsact', { kind: 'clsact' });
  try {
    rt.addActionFilter({ ifindex: 9, hook: 'ingress', priority: 1, redirectTo: 9 });
  } catch (error) {
    if (isSystemCallError(error, 'ENOENT')) return error.message;
  }
  return null;
}

describe.skipIf(reason)(`rtnetlink${skipped(reason)}`, () => {
  let ns: NetworkNamespace;
  let rt: Rtnetlink;
  let hostLinks: string[];
  const host = () => {
    using machine = Rtnetlink.open();
    return machine.links().map((link) => `${link.ifindex} ${link.name} ${link.up}`);
  };

  const pair = () => {
    rt.addLink({ kind: 'veth', name: 'eth0', ifindex: 8, up: true, peer: { name: 'peer', ifindex: 10 } });
    rt.setLink(10, { up: true });
  };

  beforeEach(() => {
    hostLinks = host();
    ns = NetworkNamespace.create();
    rt = Rtnetlink.open(ns);
  });
  afterEach(() => {
    rt[Symbol.dispose]();
    ns[Symbol.dispose]();
    expect(host()).toEqual(hostLinks);
  });

  it('finds lo, down, in a new namespace', () => {
    expect(rt.links().map(({ name, up, ifindex }) => ({ name, up, ifindex }))).toEqual([
      { name: 'lo', up: false, ifindex: 1 },
    ]);
    rt.setLink(1, { up: true });
    expect(rt.link('lo')?.up).toBe(true);
    expect(rt.link(1)?.name).toBe('lo');
    expect(rt.link('eth7')).toBeNull();
    expect(rt.link(77)).toBeNull();
  });

  it('makes a veth pair across two namespaces, indexes and MTU as asked, in one message', () => {
    using other = NetworkNamespace.create();
    rt.addLink({
      kind: 'veth',
      name: 'ens192',
      ifindex: 4001,
      mtu: 1400,
      address: '02:00:00:00:00:01',
      up: true,
      peer: { name: 'port1', ifindex: 4002, namespaceFd: other.fd },
    });
    using far = Rtnetlink.open(other);
    far.setLink(4002, { up: true });
    expect(rt.link('ens192')).toMatchObject({
      ifindex: 4001,
      mtu: 1400,
      up: true,
      kind: 'veth',
      address: '02:00:00:00:00:01',
    });
    expect(far.link('port1')).toMatchObject({ ifindex: 4002, mtu: 1500, up: true });
    for (const [where, name] of [
      [ns, 'ens192'],
      [other, 'port1'],
    ] as const)
      expect(ip(where, 'ip', '-d', '-o', 'link', 'show', name)).toMatch(/numtxqueues 1 numrxqueues 1 /);
    rt.setLink(4001, { name: 'eth9', mtu: 9000, txQueueLen: 77 });
    expect(ip(ns, 'ip', '-o', 'link', 'show', 'eth9')).toMatch(/4001: eth9.*mtu 9000.*qlen 77/);
    rt.deleteLink(4001);
    expect(far.link('port1')).toBeNull();
  });

  it('moves a link into another namespace and under a bridge there, which hands on what comes when the other end is up', async () => {
    using other = NetworkNamespace.create();
    using far = Rtnetlink.open(other);
    rt.addLink({ kind: 'veth', name: 'a', ifindex: 29, peer: { name: 'b', ifindex: 31 } });
    rt.setLink(31, { namespaceFd: other.fd });
    far.addLink({ kind: 'bridge', name: 'underlay', ifindex: 30, up: true });
    far.setLink(31, { master: 30, up: true });
    expect(far.link(31)).toMatchObject({ name: 'b', master: 30, forwarding: false });
    expect(far.link(30)).toMatchObject({ master: null, forwarding: null });
    expect(rt.link('b')).toBeNull();
    rt.setLink(29, { up: true });
    await expect.poll(() => far.link(31)?.forwarding).toBe(true);
  });

  it('adds addresses of both families, and IPv6 is usable at once', () => {
    pair();
    rt.addAddress(8, '172.51.0.100/16');
    rt.addAddress(8, 'fd00:51::64/64', { noDad: true });
    const shown = ip(ns, 'ip', '-o', 'addr', 'show', 'dev', 'eth0');
    expect(shown).toContain('inet 172.51.0.100/16');
    expect(shown).toMatch(/inet6 fd00:51::64\/64 scope global nodad/);
    expect(shown).not.toMatch(/fd00:51::64.*tentative/);
  });

  it('brings a link up without an IPv6 link-local address where told so', () => {
    rt.addLink({ kind: 'veth', name: 'eth0', ifindex: 8, peer: { name: 'peer', ifindex: 10 } });
    rt.setLink(8, { ipv6LinkLocal: 'none' });
    rt.batch(() => {
      rt.setLink(8, { up: true });
      rt.setLink(10, { up: true });
    });
    rt.addAddress(8, 'fd00:51::64/64', { noDad: true });
    expect(ip(ns, 'ip', '-d', '-o', 'link', 'show', 'eth0')).toContain('addrgenmode none');
    expect(ip(ns, 'ip', '-6', '-o', 'addr', 'show', 'dev', 'eth0')).not.toContain('fe80::');
    expect(ip(ns, 'ip', '-6', '-o', 'addr', 'show', 'dev', 'peer')).toContain('fe80::');
  });

  it('adds routes: by gateway, by link alone, on-link, in another table, with a source', () => {
    pair();
    rt.addAddress(8, '172.51.0.100/16');
    rt.addAddress(8, 'fd00:51::64/64', { noDad: true });
    rt.addRoute({ to: '0.0.0.0/0', via: '172.51.0.1' });
    rt.addRoute({ to: '::/0', via: 'fd00:51::1', ifindex: 8 });
    rt.addRoute({ to: '10.9.0.0/16', ifindex: 8, from: '172.51.0.100', metric: 50 });
    rt.addRoute({ to: '10.8.0.0/16', via: '192.0.2.1', ifindex: 8, onlink: true, table: 500 });
    const routes = ip(ns, 'ip', 'route', 'show', 'table', 'all');
    expect(routes).toMatch(/default via 172\.51\.0\.1 dev eth0 proto static/);
    expect(routes).toMatch(/10\.9\.0\.0\/16 dev eth0 proto static scope link src 172\.51\.0\.100 metric 50/);
    expect(routes).toMatch(/10\.8\.0\.0\/16 via 192\.0\.2\.1 dev eth0 table 500 proto static onlink/);
    expect(ip(ns, 'ip', '-6', 'route')).toMatch(/default via fd00:51::1 dev eth0/);
    expect(() => rt.addRoute({ to: '0.0.0.0/0', via: '172.51.0.2' })).toThrow(/EEXIST/);
    rt.addRouteBeside({ to: '0.0.0.0/0', via: '172.51.0.2' });
    rt.addRouteBeside({ to: '::/0', via: 'fd00:51::2', ifindex: 8 });
    expect(ip(ns, 'ip', 'route', 'show', 'default')).toMatch(
      /^default via 172\.51\.0\.2 .*\n *default via 172\.51\.0\.1 /,
    );
    expect(ip(ns, 'ip', 'route', 'get', '9.9.9.9')).toMatch(/via 172\.51\.0\.2 /);
    expect(ip(ns, 'ip', '-6', 'route', 'show', 'default')).toMatch(
      /^default .*\n\s*nexthop via fd00:51::1 .*\n\s*nexthop via fd00:51::2 /,
    );
    expect(() => rt.addRouteBeside({ to: '0.0.0.0/0', via: '172.51.0.1' })).toThrow(/EEXIST/);
    rt.addNeighbor(8, '172.51.0.7', '02:00:00:00:00:07');
    expect(ip(ns, 'ip', 'neigh')).toMatch(/172\.51\.0\.7 dev eth0 lladdr 02:00:00:00:00:07 PERMANENT/);
    for (const address of ['172.51.0.7/32', 'fd00:51::7/128']) {
      rt.replaceRoute({ to: address, ifindex: 8 });
      rt.deleteRoute({ to: address, ifindex: 8 });
    }
    expect(ip(ns, 'ip', 'route') + ip(ns, 'ip', '-6', 'route')).not.toMatch(/^(172\.51\.0\.7|fd00:51::7) /m);
    rt.deleteNeighbor(8, '172.51.0.7');
    expect(ip(ns, 'ip', 'neigh')).not.toContain('172.51.0.7');
  });

  it('sets a token bucket that iproute2 reads as it was meant', () => {
    rt.addLink({ kind: 'ifb', name: 'ifb0', ifindex: 9, up: true });
    rt.addQdisc(9, 'root', { kind: 'tbf', rateBps: 100_000_000, burstBytes: 65536, latencyNs: 25_000_000 }, 0x10000);
    expect(ip(ns, 'tc', 'qdisc', 'show', 'dev', 'ifb0')).toMatch(
      /qdisc tbf 1: root refcnt \d+ rate 100Mbit burst (64Kb|65535b) lat 25ms/,
    );
    expect(rt.qdiscs(9)).toMatchObject([{ kind: 'tbf', handle: 0x10000, drops: 0 }]);
    rt.replaceQdisc(9, 'root', { kind: 'tbf', rateBps: 40_000_000_000, burstBytes: 1_000_000, limitBytes: 3_000_000 });
    expect(ip(ns, 'tc', 'qdisc', 'show', 'dev', 'ifb0')).toMatch(/rate 40Gbit/);
    rt.deleteQdisc(9, 'root');
    expect(rt.qdiscs(9).filter(({ kind }) => kind === 'tbf')).toEqual([]);
  });

  it('sets a hierarchical token bucket with its class as iproute2 reads it', () => {
    rt.addLink({ kind: 'ifb', name: 'ifb0', ifindex: 9, up: true });
    rt.addQdisc(9, 'root', { kind: 'htb', defaultClass: 1 }, 0x10000);
    rt.addClass(9, 0x10000, 0x10001, { kind: 'htb', rateBps: 100_000_000, burstBytes: 1600 });
    expect(ip(ns, 'tc', 'qdisc', 'show', 'dev', 'ifb0')).toMatch(/qdisc htb 1: root refcnt \d+ r2q 10 default 0x1/);
    expect(ip(ns, 'tc', 'class', 'show', 'dev', 'ifb0')).toMatch(
      /class htb 1:1 root prio 0 rate 100Mbit ceil 100Mbit burst 1600b cburst 1600b/,
    );
    expect(() => rt.addClass(9, 0x20000, 0x20001, { kind: 'htb', rateBps: 1e6, burstBytes: 1600 })).toThrow(
      /add htb class to link 9: RTM_NEWTCLASS/,
    );
  });

  it('makes a link with as many queues as asked', () => {
    rt.addLink({ kind: 'ifb', name: 'ifb4', txQueues: 4 });
    expect(ip(ns, 'ip', '-d', '-o', 'link', 'show', 'ifb4')).toContain('numtxqueues 4');
  });

  it('sends a batch in order, and the first refusal says which it was', () => {
    rt.batch(() => {
      rt.addLink({ kind: 'bridge', name: 'br0', ifindex: 50 });
      rt.setLink(50, { up: true });
      rt.addAddress(50, '10.0.0.1/24');
    });
    expect(rt.link('br0')?.up).toBe(true);
    expect(() =>
      rt.batch(() => {
        rt.setLink(50, { mtu: 1400 });
        rt.addAddress(51, '10.0.0.2/24');
        rt.deleteLink(52);
        rt.addLink({ kind: 'bridge', name: 'br1' });
      }),
    ).toThrow(/cannot add address 10\.0\.0\.2\/24 to link 51: RTM_NEWADDR/);
    expect(rt.link('br0')?.mtu).toBe(1400);
    expect(rt.link('br1')).not.toBeNull();
    expect(() => rt.batch(() => void rt.links())).toThrow(/inside a batch/);
    expect(rt.links()).toHaveLength(3);
  });

  it('passes a batch longer than one send takes', () => {
    rt.addLink({ kind: 'bridge', name: 'br0', ifindex: 50, up: true });
    rt.batch(() => {
      for (let i = 0; i < 200; i++) rt.addAddress(50, `10.0.${i}.1/24`);
    });
    expect(ip(ns, 'ip', '-o', '-4', 'addr').split('\n')).toHaveLength(200);
  });

  it('lists more links than one datagram holds', () => {
    for (let i = 0; i < 40; i++) rt.addLink({ kind: 'ifb', name: `pod${i}` });
    expect(rt.links().filter(({ name }) => name.startsWith('pod'))).toHaveLength(40);
    expect(rt.link('pod39')).toMatchObject({ kind: 'ifb', stats: { rxPackets: 0, txBytes: 0 } });
  });

  it("repeats the kernel's own words, and what would help", () => {
    rt.addLink({ kind: 'bridge', name: 'br0', ifindex: 50 });
    expect(() => rt.addRoute({ to: '10.0.0.0/8', via: '192.0.2.1', ifindex: 50 })).toThrow(
      /cannot add route to 10\.0\.0\.0\/8 via 192\.0\.2\.1: RTM_NEWROUTE: .* \(ENETDOWN|ENETUNREACH\)/,
    );
    expect(() => rt.setLink(50, { mtu: 1 << 20 })).toThrow(
      /set mtu of link 50: .*EINVAL.*: (mtu greater than device maximum|Invalid)/i,
    );
    expect(() => rt.addLink({ kind: 'bridge', name: 'br0' })).toThrow(/add bridge link br0.*EEXIST/);
    expect(() => rt.addBpfFilter({ ifindex: 50, hook: 'egress', priority: 1, programFd: 0, name: 'x' })).toThrow(
      /attach eBPF program x to egress of link 50/,
    );
  });

  it('refuses what the format cannot say before the kernel sees it', () => {
    expect(() => rt.addAddress(1, '172.51.0.300/16')).toThrow(RangeError);
    expect(() => rt.addRoute({ to: '10.0.0.0/8', via: 'fd00::1' })).toThrow(/other family/);
    expect(() => rt.addQdisc(1, 'root', { kind: 'netem', lossPct: 101 })).toThrow(/not a percentage: 101/);
    expect(() => rt.addQdisc(1, 'root', { kind: 'fq', horizonNs: 1500 })).toThrow(/not a whole number/);
    expect(() => rt.addLink({ kind: 'veth', name: 'a', peer: { name: 'b', ifindex: 31 } })).toThrow(/both ends/);
    expect(() => rt.addActionFilter({ ifindex: 1, hook: 'ingress', priority: 0, redirectTo: 2 })).toThrow(/1 to 65535/);
  });

  const noPrograms = noBpf();
  it.skipIf(noPrograms)(`hangs programs on clsact${skipped(noPrograms)}`, () => {
    using file = compileBpf('probe.bpf.c');
    using object = loadBpfObject(file.path);
    pair();
    rt.addQdisc(8, 'clsact', { kind: 'clsact' });
    const programFd = object.program('count').fd;
    rt.addBpfFilter({ ifindex: 8, hook: 'egress', priority: 1, programFd, name: 'count' });
    rt.addBpfFilter({ ifindex: 8, hook: 'ingress', priority: 1, programFd, name: 'count' });
    expect(ip(ns, 'tc', 'filter', 'show', 'dev', 'eth0', 'egress')).toMatch(
      /protocol all pref 1 bpf .*count direct-action .*id \d+ name count/,
    );
    expect(ip(ns, 'tc', 'filter', 'show', 'dev', 'eth0', 'ingress')).toMatch(/pref 1 bpf .*count/);
    rt.addAddress(8, '10.0.0.1/24');
    const before = object.map('seen').lookup(new Uint8Array(4));
    ip(ns, 'sh', '-c', 'ping -c 2 -i 0.002 -W 0.01 10.0.0.2 || true');
    const after = object.map('seen').lookup(new Uint8Array(4));
    expect(after).not.toEqual(before);
  });

  const noMatchall = reason ?? lacksMatchall();
  it.skipIf(noMatchall)(`redirects everything at a hook into an IFB${skipped(noMatchall)}`, () => {
    pair();
    rt.addLink({ kind: 'ifb', name: 'ifb0', ifindex: 9, up: true });
    rt.addQdisc(8, 'clsact', { kind: 'clsact' });
    rt.addActionFilter({ ifindex: 8, hook: 'ingress', priority: 2, redirectTo: 9 });
    const ingress = ip(ns, 'tc', 'filter', 'show', 'dev', 'eth0', 'ingress');
    expect(ingress).toMatch(/pref 2 matchall/);
    expect(ingress).toMatch(/mirred \(Egress Redirect to device ifb0\) stolen/);
  });
});
