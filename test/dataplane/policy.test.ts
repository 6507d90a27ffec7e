import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ACK,
  FIN,
  ICMP,
  ICMPV6,
  RST,
  SCTP,
  SYN,
  TCP,
  UDP,
  arp,
  ethernet,
  fragmentHeader,
  listenerReport,
  neighbor,
  neighborOptions,
  optionsHeader,
  routerAlert,
  frame,
  icmp,
  ip,
  sctp,
  tcp,
  udp,
} from '../../dataplane/bpf/frames.ts';
import type { PolicyEntry } from '../../dataplane/policy/compile/policy-entries.ts';
import { whyNoDataplane } from './machine.ts';
import { World, slaveOf, unknownIfindex } from './world.ts';
import { skipped } from '../report/skipped.ts';

const reason = whyNoDataplane();
const isolated = { policySet: 3, isolated: { ingress: true, egress: true } };
const [CLIENT, CIDR] = [5, 6];

/** Endpoint 1 is judged; `peer` has identity CLIENT, the others of its /24 identity CIDR, `stranger` none. */
const families = [
  {
    family: 'IPv4',
    self: '10.0.0.1',
    peer: '10.0.1.2',
    neighbor: '10.0.1.9',
    stranger: '192.0.2.1',
    icmp: ICMP,
    echo: 8,
  },
  {
    family: 'IPv6',
    self: 'fd00::1',
    peer: 'fd00:1::2',
    neighbor: 'fd00:1::9',
    stranger: 'fd99::1',
    icmp: ICMPV6,
    echo: 128,
  },
] as const;

describe.skipIf(reason)(`policy${skipped(reason)}`, () => {
  let world: World;
  beforeAll(async () => {
    world = await World.load();
  });
  afterAll(() => world[Symbol.dispose]());
  beforeEach(() => {
    world.reset();
    world.identities(
      { prefix: '10.0.1.0/24', identity: CIDR },
      { prefix: '10.0.1.2/32', identity: CLIENT },
      { prefix: 'fd00:1::/64', identity: CIDR },
      { prefix: 'fd00:1::2/128', identity: CLIENT },
    );
  });

  const rule = (direction: 'ingress' | 'egress', of: Partial<PolicyEntry> = {}): PolicyEntry => ({
    policySet: 3,
    direction,
    identity: 0,
    protocol: null,
    port: null,
    ruleId: 1,
    ...of,
  });

  describe.each(families)('$family', ({ self, peer, neighbor, stranger, icmp: icmpProtocol, echo }) => {
    const syn = (from: string, to: string, port = 80) => frame({ from, to }, TCP, tcp(40000, port, SYN));
    const synAck = (from: string, to: string) => frame({ from, to }, TCP, tcp(80, 40000, SYN | ACK));
    const ack = (from: string, to: string) => frame({ from, to }, TCP, tcp(40000, 80, ACK));
    const datagram = (from: string, to: string, sport = 40000, dport = 53) =>
      frame({ from, to }, UDP, udp(sport, dport));

    it('lets everything through where no policy isolates', () => {
      expect(world.egress(1, syn(self, stranger))).toBe('pass');
      expect(world.ingress(1, syn(stranger, self))).toBe('pass');
      expect(world.drops()).toEqual([]);
    });

    it('denies what no rule allows, and says who, which way and why', () => {
      world.endpoint(1, isolated);
      const packet = syn(self, peer);
      expect(world.egress(1, packet)).toBe('drop');
      expect(world.ingress(1, syn(peer, self))).toBe('drop');
      expect(world.ingress(1, syn(peer, self))).toBe('drop');
      const denied = { endpoint: 1, reason: 'POLICY_DENIED', rule: 0 };
      expect(world.drops()).toHaveLength(2);
      expect(world.drops()).toContainEqual({ ...denied, direction: 'egress', packets: 1, bytes: packet.length });
      expect(world.drops()).toContainEqual({ ...denied, direction: 'ingress', packets: 2, bytes: 2 * packet.length });
    });

    it('isolates each direction by itself', () => {
      world.endpoint(1, { policySet: 3, isolated: { ingress: false, egress: true } });
      expect(world.ingress(1, syn(peer, self))).toBe('pass');
      expect(world.egress(1, syn(self, peer))).toBe('drop');
    });

    it('knows the peer by its longest prefix', () => {
      world.endpoint(1, isolated);
      world.allow(rule('ingress', { identity: CLIENT }));
      expect(world.ingress(1, syn(peer, self))).toBe('pass');
      expect(world.ingress(1, syn(neighbor, self))).toBe('drop');
      expect(world.ingress(1, syn(stranger, self))).toBe('drop');
      world.allow(rule('ingress', { identity: CIDR }));
      expect(world.ingress(1, syn(neighbor, self))).toBe('pass');
      expect(world.ingress(1, syn(stranger, self))).toBe('drop');
    });

    it('takes an address of no identity for the world', () => {
      world.endpoint(1, isolated);
      world.allow(rule('egress', { identity: 1 }));
      expect(world.egress(1, syn(self, stranger))).toBe('pass');
      expect(world.egress(1, syn(self, peer))).toBe('drop');
    });

    it('lets a rule for every identity allow whom no other rule names', () => {
      world.endpoint(1, isolated);
      world.allow(rule('ingress', { protocol: TCP, port: { port: 443, bits: 16 }, identity: CLIENT }));
      world.allow(rule('ingress', { protocol: TCP, port: { port: 80, bits: 16 } }));
      expect(world.ingress(1, syn(peer, self, 80))).toBe('pass');
      expect(world.ingress(1, syn(stranger, self, 80))).toBe('pass');
      expect(world.ingress(1, syn(peer, self, 443))).toBe('pass');
      expect(world.ingress(1, syn(stranger, self, 443))).toBe('drop');
    });

    it('allows one port of one protocol, at the destination', () => {
      world.endpoint(1, isolated);
      world.allow(rule('ingress', { protocol: TCP, port: { port: 80, bits: 16 } }));
      expect(world.ingress(1, syn(peer, self, 80))).toBe('pass');
      expect(world.ingress(1, syn(peer, self, 81))).toBe('drop');
      expect(world.ingress(1, datagram(peer, self, 80, 80))).toBe('drop');
      expect(world.ingress(1, frame({ from: peer, to: self }, TCP, tcp(80, 81, SYN)))).toBe('drop');
    });

    it('allows a range of ports by a prefix of the port', () => {
      world.endpoint(1, isolated);
      world.allow(rule('ingress', { protocol: TCP, port: { port: 0x7d00, bits: 8 } })); // 32000-32255
      expect([31999, 32000, 32255, 32256].map((port) => world.ingress(1, syn(peer, self, port)))).toEqual([
        ...['drop', 'pass', 'pass', 'drop'],
      ]);
    });

    it('allows all ports of a protocol, and then no other protocol, ICMP included', () => {
      world.endpoint(1, isolated);
      world.allow(rule('ingress', { protocol: SCTP }));
      expect(world.ingress(1, frame({ from: peer, to: self }, SCTP, sctp(7, 9)))).toBe('pass');
      expect(world.ingress(1, syn(peer, self))).toBe('drop');
      expect(world.ingress(1, frame({ from: peer, to: self }, icmpProtocol, icmp(echo, 1)))).toBe('drop');
    });

    it('lets a rule without ports allow ICMP, and any protocol else', () => {
      world.endpoint(1, isolated);
      world.allow(rule('ingress'));
      expect(world.ingress(1, frame({ from: peer, to: self }, icmpProtocol, icmp(echo, 1)))).toBe('pass');
      expect(world.ingress(1, frame({ from: peer, to: self }, 47, [0, 0, 8, 0]))).toBe('pass');
    });

    it('keeps the policies of one set from another', () => {
      world.endpoint(1, { ...isolated, policySet: 4 });
      world.allow(rule('ingress'));
      expect(world.ingress(1, syn(peer, self))).toBe('drop');
    });

    it('lets replies pass where nothing else may', () => {
      world.endpoint(1, isolated);
      world.allow(rule('ingress', { protocol: TCP }));
      expect(world.egress(1, synAck(self, peer))).toBe('drop');
      expect(world.ingress(1, syn(peer, self))).toBe('pass');
      expect(world.egress(1, synAck(self, peer))).toBe('pass');
      expect(world.egress(1, synAck(self, neighbor))).toBe('drop');
    });

    it('lets replies of UDP and of echo pass', () => {
      world.endpoint(1, isolated);
      world.allow(rule('egress'));
      const reply = echo === 8 ? 0 : 129;
      expect(world.ingress(1, frame({ from: peer, to: self }, icmpProtocol, icmp(reply, 7)))).toBe('drop');
      expect(world.egress(1, frame({ from: self, to: peer }, icmpProtocol, icmp(echo, 7)))).toBe('pass');
      expect(world.ingress(1, frame({ from: peer, to: self }, icmpProtocol, icmp(reply, 7)))).toBe('pass');
      expect(world.ingress(1, frame({ from: peer, to: self }, icmpProtocol, icmp(reply, 8)))).toBe('drop');
      expect(world.egress(1, datagram(self, peer))).toBe('pass');
      expect(world.ingress(1, datagram(peer, self, 53, 40000))).toBe('pass');
      expect(world.ingress(1, datagram(peer, self, 53, 40001))).toBe('drop');
    });

    it('judges an echo request anew, even one with the identifier of an echo that went the other way', () => {
      const request = (from: string, to: string) => frame({ from, to }, icmpProtocol, icmp(echo, 7));
      world.endpoint(1, isolated);
      world.allow(rule('egress'));
      expect(world.egress(1, request(self, peer))).toBe('pass');
      expect(world.ingress(1, request(peer, self))).toBe('drop');
    });

    it('keeps what either side has opened apart, though both have the same ends', () => {
      const echoed = (from: string, to: string, type: number) => frame({ from, to }, icmpProtocol, icmp(type, 7));
      const reply = echo === 8 ? 0 : 129;
      world.endpoint(1, isolated);
      world.allow(rule('ingress'), rule('egress'));
      expect(world.ingress(1, echoed(peer, self, echo))).toBe('pass');
      expect(world.connections()).toEqual([{ endpoint: 1, opened: 'ingress' }]);
      expect(world.egress(1, echoed(self, peer, echo))).toBe('pass');
      const opened = [
        { endpoint: 1, opened: 'ingress' },
        { endpoint: 1, opened: 'egress' },
      ];
      expect(world.connections()).toEqual(opened);
      world.withdraw(rule('egress'));
      expect(world.egress(1, echoed(self, peer, echo))).toBe('drop');
      expect(world.egress(1, echoed(self, peer, reply))).toBe('pass');
      expect(world.connections()).toEqual(opened);
    });

    it('keeps connections by endpoint: another pod gains nothing by them', () => {
      world.endpoint(1, isolated);
      world.endpoint(2, isolated);
      world.allow(rule('egress'));
      expect(world.egress(1, datagram(self, peer))).toBe('pass');
      expect(world.ingress(2, datagram(peer, self, 53, 40000))).toBe('drop');
    });

    it('remembers nothing of a packet that it denied', () => {
      world.endpoint(1, isolated);
      world.ingress(1, syn(peer, self));
      expect(world.connections()).toEqual([]);
    });

    it('cuts a live connection when a new policy denies its forward packets, both ways', () => {
      const toTcp = rule('ingress', { protocol: TCP });
      world.endpoint(1, isolated);
      world.allow(toTcp);
      expect(world.ingress(1, syn(peer, self))).toBe('pass');
      expect(world.egress(1, synAck(self, peer))).toBe('pass');
      world.withdraw(toTcp);
      expect(world.ingress(1, ack(peer, self))).toBe('drop');
      expect(world.egress(1, synAck(self, peer))).toBe('drop');
      world.allow(toTcp);
      expect(world.ingress(1, ack(peer, self))).toBe('pass');
      expect(world.egress(1, synAck(self, peer))).toBe('pass');
    });

    it('does not let replies open a connection again that was cut', () => {
      const toDns = rule('ingress', { protocol: UDP });
      world.endpoint(1, { policySet: 3, isolated: { ingress: true, egress: false } });
      world.allow(toDns);
      expect(world.ingress(1, datagram(peer, self))).toBe('pass');
      world.withdraw(toDns);
      expect(world.ingress(1, datagram(peer, self))).toBe('drop');
      // The pod may send; but that is no invitation to answer.
      expect(world.egress(1, datagram(self, peer, 53, 40000))).toBe('pass');
      expect(world.ingress(1, datagram(peer, self))).toBe('drop');
    });

    it('cuts a connection that a new policy denies though its opener is silent', () => {
      const toTcp = rule('ingress', { protocol: TCP });
      world.endpoint(1, isolated);
      world.allow(toTcp);
      expect(world.ingress(1, syn(peer, self))).toBe('pass');
      expect(world.egress(1, synAck(self, peer))).toBe('pass');
      world.beginEpoch(1);
      expect(world.egress(1, synAck(self, peer))).toBe('pass');
      world.withdraw(toTcp);
      world.beginEpoch(2);
      expect(world.egress(1, synAck(self, peer))).toBe('drop');
      const error = frame(
        { from: self, to: peer },
        icmpProtocol,
        icmp(echo === 8 ? 3 : 1, 0, ip({ from: peer, to: self }, TCP, tcp(40000, 80, ACK))),
      );
      expect(world.egress(1, error)).toBe('drop');
    });

    it('takes a bare SYN for no reply, unless both open at once', () => {
      world.endpoint(1, isolated);
      world.allow(rule('egress', { protocol: TCP }));
      const bare = frame({ from: peer, to: self }, TCP, tcp(80, 40000, SYN));
      expect(world.egress(1, syn(self, peer))).toBe('pass');
      expect(world.ingress(1, bare)).toBe('pass');
      expect(world.ingress(1, bare)).toBe('drop');
      for (const flags of [FIN | ACK, RST]) {
        expect(world.ingress(1, frame({ from: peer, to: self }, TCP, tcp(80, 40000, flags)))).toBe('pass');
        expect(world.ingress(1, bare)).toBe('drop');
      }
    });

    it('does not take a packet in the middle of an unknown TCP connection for its beginning', () => {
      world.endpoint(1, { policySet: 3, isolated: { ingress: true, egress: false } });
      expect(world.egress(1, frame({ from: self, to: peer }, TCP, tcp(80, 40000, ACK)))).toBe('pass');
      expect(world.connections()).toEqual([]);
      expect(world.ingress(1, ack(peer, self))).toBe('drop');
    });

    it('lets FIN and RST of a live connection pass', () => {
      world.endpoint(1, isolated);
      world.allow(rule('egress', { protocol: TCP }));
      expect(world.egress(1, syn(self, peer))).toBe('pass');
      for (const flags of [SYN | ACK, FIN | ACK, RST])
        expect(world.ingress(1, frame({ from: peer, to: self }, TCP, tcp(80, 40000, flags)))).toBe('pass');
    });

    it('lets an ICMP error pass that quotes a live connection, from whatever router', () => {
      const error = (quotedFrom: string) =>
        frame(
          { from: stranger, to: self },
          icmpProtocol,
          icmp(echo === 8 ? 3 : 1, 0, ip({ from: quotedFrom, to: peer }, UDP, udp(40000, 53))),
        );
      world.endpoint(1, isolated);
      world.allow(rule('egress', { protocol: UDP }));
      expect(world.ingress(1, error(self))).toBe('drop');
      expect(world.egress(1, datagram(self, peer))).toBe('pass');
      expect(world.ingress(1, error(self))).toBe('pass');
      expect(world.ingress(1, error(neighbor))).toBe('drop');
    });

    it('lets such an error go to nobody but the source of what it quotes, and no longer than errors are', () => {
      const quoted = ip({ from: self, to: peer }, UDP, udp(40000, 53));
      const most = echo === 8 ? 576 : 1280;
      const error = (to: string, bytes: number) => {
        const headers = (echo === 8 ? 20 : 40) + 8;
        const padding = new Array<number>(bytes - headers - quoted.length).fill(0);
        return frame({ from: stranger, to }, icmpProtocol, icmp(echo === 8 ? 3 : 1, 0, [...quoted, ...padding]));
      };
      world.endpoint(1, isolated);
      world.allow(rule('egress', { protocol: UDP }));
      expect(world.egress(1, datagram(self, peer))).toBe('pass');
      expect(world.ingress(1, error(neighbor, 200))).toBe('drop');
      expect(world.ingress(1, error(self, most + 1))).toBe('drop');
      expect(world.ingress(1, error(self, most))).toBe('pass');
    });

    it('lets an ICMP error of the pod spend its limit', () => {
      world.endpoint(1, { ...isolated, limited: { ingress: false, egress: true } });
      world.allow(rule('ingress', { protocol: UDP }));
      world.limit(1, 'egress', 1e6);
      expect(world.ingress(1, datagram(peer, self))).toBe('pass');
      const quoted = ip({ from: peer, to: self }, UDP, udp(40000, 53));
      const before = world.tLast(1, 'egress');
      expect(world.egress(1, frame({ from: self, to: peer }, icmpProtocol, icmp(echo === 8 ? 3 : 1, 0, quoted)))).toBe(
        'pass',
      );
      expect(world.tLast(1, 'egress')).toBeGreaterThan(before);
    });

    it('lets the pod answer a live connection by an ICMP error', () => {
      const quoted = ip({ from: peer, to: self }, UDP, udp(40000, 53));
      const error = frame({ from: self, to: peer }, icmpProtocol, icmp(echo === 8 ? 3 : 1, 0, quoted));
      world.endpoint(1, isolated);
      world.allow(rule('ingress', { protocol: UDP }));
      expect(world.egress(1, error)).toBe('drop');
      expect(world.ingress(1, datagram(peer, self))).toBe('pass');
      expect(world.egress(1, error)).toBe('pass');
    });

    it('drops a source address that is not the pod’s own, and only that', () => {
      world.endpoint(1, { verifyAddresses: true });
      world.owns(1, self);
      world.owns(2, peer);
      expect(world.egress(1, datagram(self, peer))).toBe('pass');
      const spoofed = datagram(peer, stranger);
      expect(world.egress(1, spoofed)).toBe('drop');
      expect(world.drops()).toEqual([
        { endpoint: 1, direction: 'egress', reason: 'INVALID_SOURCE', rule: 0, packets: 1, bytes: spoofed.length },
      ]);
      expect(world.ingress(1, datagram(peer, self))).toBe('pass');
    });

    it('asks whose an address is until a connection is open, and not at each of its packets', () => {
      world.endpoint(1, { verifyAddresses: true });
      world.owns(1, self);
      expect(world.egress(1, datagram(self, peer))).toBe('pass');
      world.disowns(1, self);
      expect(world.egress(1, datagram(self, peer))).toBe('pass');
      expect(world.ingress(1, datagram(peer, self, 53, 40000))).toBe('pass');
      expect(world.egress(1, datagram(self, peer, 40002))).toBe('drop');
      expect(world.ingress(1, datagram(peer, self, 53, 40002))).toBe('drop');
    });

    it('lets nobody send from an address that it only hears, though it was asked there', () => {
      const everybody = echo === 8 ? '10.0.0.255' : 'ff02::1';
      world.endpoint(1, { verifyAddresses: true });
      world.owns(1, self);
      if (echo === 8) world.hears(1, everybody);
      expect(world.ingress(1, datagram(peer, everybody))).toBe('pass');
      expect(world.connections()).toEqual([{ endpoint: 1, opened: 'ingress' }]);
      expect(world.egress(1, datagram(everybody, peer, 53, 40000))).toBe('drop');
      expect(world.egress(1, datagram(self, peer, 53, 40000))).toBe('pass');
    });

    it('judges later fragments by the ports of the first', () => {
      const v4 = echo === 8;
      const first = (port: number) =>
        v4
          ? frame({ from: peer, to: self, fragment: { id: port, offset: 0, more: true } }, UDP, udp(40000, port))
          : frame(
              { from: peer, to: self, firstHeader: 44, options: fragmentHeader(UDP, port, 0, true) },
              UDP,
              udp(40000, port),
            );
      const later = (id: number) =>
        v4
          ? frame({ from: peer, to: self, fragment: { id, offset: 8, more: false } }, UDP, [0, 99, 0, 53])
          : frame({ from: peer, to: self, firstHeader: 44, options: fragmentHeader(UDP, id, 8, false) }, UDP, [1]);
      world.endpoint(1, isolated);
      world.allow(rule('ingress', { protocol: UDP, port: { port: 53, bits: 16 } }));
      expect(world.ingress(1, later(53))).toBe('drop');
      expect(world.drops().map((drop) => drop.reason)).toEqual(['FRAGMENT']);
      expect(world.ingress(1, first(53))).toBe('pass');
      expect(world.ingress(1, later(53))).toBe('pass');
      expect(world.ingress(1, first(54))).toBe('drop');
      expect(world.ingress(1, later(54))).toBe('drop');
      expect(world.drops().map((drop) => drop.reason)).toContain('POLICY_DENIED');
    });

    it('drops and counts a frame that is cut off, or whose header is not what it says', () => {
      const whole = syn(peer, self);
      const damaged = Uint8Array.from(whole);
      damaged[14] = 0x54; // version 5, and a header of 16 bytes
      expect(world.ingress(1, whole.subarray(0, whole.length - 1))).toBe('drop');
      expect(world.ingress(1, damaged)).toBe('drop');
      const reasons = world.drops().map((drop) => drop.reason);
      expect(reasons.sort()).toEqual(['CT_INVALID_HDR', 'INVALID_PACKET']);
    });
  });

  it('leaves address resolution alone: ARP, and neighbor discovery that no router sent on', () => {
    world.endpoint(1, { ...isolated, verifyAddresses: true });
    world.owns(1, 'fd00::1');
    expect(world.egress(1, arp('0.0.0.0', '10.0.0.2'))).toBe('pass');
    world.isOn(1, 'fd00::1/64');
    const asks = (target: string) =>
      frame({ from: '::', to: 'ff02::1:ff00:1', hopLimit: 255 }, ICMPV6, neighbor(135, target));
    const answers = (hopLimit: number) =>
      frame({ from: 'fe80::2', to: 'fd00::1', hopLimit }, ICMPV6, neighbor(136, 'fe80::2'));
    expect(world.egress(1, asks('fd00::9'))).toBe('pass');
    expect(world.ingress(1, answers(255))).toBe('pass');
    expect(world.ingress(1, answers(64))).toBe('drop');
  });

  describe('takes for discovery of the link', () => {
    const solicits = (more: object = {}, tail: readonly number[] = neighborOptions(1)) =>
      frame({ from: 'fd00::1', to: 'ff02::1:ff00:9', hopLimit: 255, ...more }, ICMPV6, [
        ...neighbor(135, 'fd00::9'),
        ...tail,
      ]);
    const reports = (more: object = {}, message = listenerReport('ff02::1:ff00:1', 'ff05::2')) =>
      frame(
        { from: 'fe80::7', to: 'ff02::16', hopLimit: 1, firstHeader: 0, options: routerAlert(ICMPV6), ...more },
        ICMPV6,
        message,
      );

    it.each([
      ['a solicitation of the link', solicits(), 'pass'],
      ['one to a neighbor itself', solicits({ to: 'fd00::9' }), 'pass'],
      ['one to a link-local address', solicits({ to: 'fe80::9' }), 'pass'],
      ['none to an address elsewhere', solicits({ to: '2001:db8::1' }), 'INVALID_NEIGHBOR'],
      ['none to a group beyond the link', solicits({ to: 'ff05::1' }), 'INVALID_NEIGHBOR'],
      ['none with bytes behind its options', solicits({}, [...neighborOptions(1), 1, 2, 3]), 'INVALID_NEIGHBOR'],
      ['none with an option of no length', solicits({}, [1, 0, 0, 0, 0, 0, 0, 0]), 'INVALID_NEIGHBOR'],
      ['none with more options than a stack sends', solicits({}, neighborOptions(1, 2, 3, 4, 5)), 'INVALID_NEIGHBOR'],
      ['none behind a header', solicits({ firstHeader: 60, options: optionsHeader(ICMPV6) }), 'INVALID_NEIGHBOR'],
      [
        'none in a fragment',
        solicits({ firstHeader: 44, options: fragmentHeader(ICMPV6, 1, 0, true) }),
        'INVALID_NEIGHBOR',
      ],
      [
        'none in an atomic one',
        solicits({ firstHeader: 44, options: fragmentHeader(ICMPV6, 1, 0, false) }),
        'INVALID_NEIGHBOR',
      ],
      [
        'none about an address elsewhere',
        frame({ from: 'fd00::1', to: 'ff02::1', hopLimit: 255 }, ICMPV6, neighbor(135, '2001:db8::1')),
        'INVALID_NEIGHBOR',
      ],
      ['a report of its groups', reports(), 'pass'],
      ['none without the router alert', reports({ options: optionsHeader(ICMPV6) }), 'INVALID_NEIGHBOR'],
      ['none to one machine', reports({ to: '2001:db8::1' }), 'INVALID_NEIGHBOR'],
      ['none that is longer than its records', reports({}, [...listenerReport('ff05::2'), 0]), 'INVALID_NEIGHBOR'],
    ])('%s', (_, bytes, outcome) => {
      world.endpoint(1, { ...isolated, verifyAddresses: true });
      world.owns(1, 'fd00::1');
      world.isOn(1, 'fd00::1/64');
      const verdict = world.egress(1, bytes);
      expect(
        verdict === 'pass'
          ? verdict
          : world
              .drops()
              .map(({ reason }) => reason)
              .join(),
      ).toBe(outcome);
    });

    it('nothing of a router: a pod listens to none', () => {
      world.endpoint(1, { verifyAddresses: true });
      world.owns(1, 'fd00::1');
      const from = { from: 'fe80::99', to: 'ff02::1', hopLimit: 255 };
      expect(world.ingress(1, frame(from, ICMPV6, icmp(134, 0, new Array<number>(8).fill(0))))).toBe('drop');
      expect(
        world.ingress(1, frame({ ...from, to: 'fd00::1' }, ICMPV6, icmp(137, 0, new Array<number>(32).fill(0)))),
      ).toBe('drop');
      expect(world.drops()).toMatchObject([{ reason: 'INVALID_NEIGHBOR', direction: 'ingress', packets: 2 }]);
    });

    it('no more than a burst and what a second refills', () => {
      world.endpoint(1, { ...isolated, verifyAddresses: true });
      world.owns(1, 'fd00::1');
      world.isOn(1, 'fd00::1/64');
      world.measure('ipvlane_egress', solicits(), { ifindex: slaveOf[1] }, 100_000);
      const [drop] = world.drops();
      expect(drop).toMatchObject({ reason: 'NEIGHBOR_RATE', direction: 'egress' });
      const { offeredPackets, passedPackets } = world.counters(1, 'egress');
      expect(passedPackets + (drop?.packets ?? 0)).toBe(offeredPackets);
      expect(passedPackets).toBeGreaterThanOrEqual(4096);
    });
  });

  it('drops what is neither ARP nor IP only where a policy isolates', () => {
    const lldp = ethernet(0x88cc, new Array<number>(46).fill(0));
    expect(world.egress(1, lldp)).toBe('pass');
    world.endpoint(1, isolated);
    expect(world.egress(1, lldp)).toBe('drop');
    expect(world.drops()).toEqual([
      { endpoint: 1, direction: 'egress', reason: 'UNSUPPORTED_L3', rule: 0, packets: 1, bytes: lldp.length },
    ]);
  });

  it('drops and counts what comes from an interface that is no endpoint’s', () => {
    const packet = frame({ from: '10.0.0.1', to: '10.0.0.2' }, UDP, udp(1, 2));
    expect(world.run('ipvlane_egress', packet, { ifindex: unknownIfindex }).outcome).toBe('drop');
    expect(world.run('ipvlane_ingress', packet, { ifindex: unknownIfindex }).outcome).toBe('drop');
    const counted = { endpoint: 0, reason: 'UNKNOWN_ENDPOINT', rule: 0, packets: 1, bytes: packet.length };
    expect(world.drops()).toHaveLength(2);
    expect(world.drops()).toContainEqual({ ...counted, direction: 'egress' });
    expect(world.drops()).toContainEqual({ ...counted, direction: 'ingress' });
  });
});
