/** One packet of each odd kind, with the verdict and the reason that docs/dataplane.md promises. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ACK,
  ICMPV6,
  SYN,
  TCP,
  UDP,
  arp,
  ethernet,
  fragmentHeader,
  frame,
  icmp,
  ip,
  neighbor,
  optionsHeader,
  routingHeader,
  tcp,
  udp,
} from '../../dataplane/bpf/frames.ts';
import { whyNoDataplane } from './machine.ts';
import { World } from './world.ts';

const reason = whyNoDataplane();
const isolated = { policySet: 3, isolated: { ingress: true, egress: true } };
const v4 = { from: '10.0.0.1', to: '10.0.0.2' };
const v6 = { from: 'fd00::1', to: 'fd00::2' };
const payload = udp(40000, 53);

describe.skipIf(reason)(`a malformed packet${reason === null ? '' : ` (${reason})`}`, () => {
  let world: World;
  beforeAll(async () => {
    world = await World.load();
  });
  afterAll(() => world[Symbol.dispose]());
  beforeEach(() => {
    world.reset();
    world.owns(1, v4.from);
    world.owns(1, v6.from);
    world.isOn(1, `${v6.from}/64`);
    world.hears(1, '10.0.0.255');
  });

  /** What becomes of it at the egress of endpoint 1, whose policies allow everything. */
  function sent(bytes: Uint8Array, state: Parameters<World['endpoint']>[1] = {}): string {
    world.endpoint(1, { ...isolated, ...state });
    for (const direction of ['ingress', 'egress'] as const)
      world.allow({ policySet: 3, direction, identity: 0, protocol: null, port: null, ruleId: 1 });
    return world.egress(1, bytes) === 'pass' ? 'pass' : (world.drops().map((drop) => drop.reason)[0] ?? 'uncounted');
  }

  /** Likewise at its ingress. */
  function received(bytes: Uint8Array, state: Parameters<World['endpoint']>[1] = {}): string {
    world.endpoint(1, { ...isolated, ...state });
    world.allow({ policySet: 3, direction: 'ingress', identity: 0, protocol: null, port: null, ruleId: 1 });
    return world.ingress(1, bytes) === 'pass' ? 'pass' : (world.drops().map((drop) => drop.reason)[0] ?? 'uncounted');
  }

  const chain = (...kinds: readonly number[]) => ({
    firstHeader: kinds[0] ?? UDP,
    options: kinds.flatMap((_, i) => [...optionsHeader(kinds[i + 1] ?? UDP)]),
  });

  it.each([
    [
      'with a loose source route',
      frame({ ...v4, options: [131, 7, 4, 10, 0, 0, 3, 0] }, UDP, payload),
      'SOURCE_ROUTED',
    ],
    [
      'with a strict source route behind others',
      frame({ ...v4, options: [148, 4, 0, 0, 1, 137, 7, 4, 10, 0, 0, 3] }, UDP, payload),
      'SOURCE_ROUTED',
    ],
    ['with a source route behind the end of options', frame({ ...v4, options: [0, 131, 7, 4] }, UDP, payload), 'pass'],
    ['with a router alert', frame({ ...v4, options: [148, 4, 0, 0] }, UDP, payload), 'pass'],
    ['with an option of no length', frame({ ...v4, options: [148, 0, 0, 0] }, UDP, payload), 'INVALID_PACKET'],
    [
      'with an option longer than the header',
      frame({ ...v4, options: [148, 9, 0, 0] }, UDP, payload),
      'INVALID_PACKET',
    ],
    ['with an options header', frame({ ...v6, ...chain(60) }, UDP, payload), 'pass'],
    ['with six extension headers', frame({ ...v6, ...chain(0, 60, 60, 60, 60, 60) }, UDP, payload), 'pass'],
    [
      'with seven extension headers',
      frame({ ...v6, ...chain(0, 60, 60, 60, 60, 60, 60) }, UDP, payload),
      'INVALID_EXTHDR',
    ],
    [
      'with a routing header that is done',
      frame({ ...v6, firstHeader: 43, options: routingHeader(UDP, 2, 0) }, UDP, payload),
      'pass',
    ],
    [
      'with a routing header to follow',
      frame({ ...v6, firstHeader: 43, options: routingHeader(UDP, 4, 1) }, UDP, payload),
      'SOURCE_ROUTED',
    ],
    [
      'with two fragment headers',
      frame(
        { ...v6, firstHeader: 44, options: [...fragmentHeader(44, 1, 0, true), ...fragmentHeader(UDP, 1, 0, true)] },
        UDP,
        payload,
      ),
      'INVALID_EXTHDR',
    ],
    [
      'with an extension header that ends behind the frame',
      frame({ ...v6, firstHeader: 60, options: [UDP, 200, 0, 0, 0, 0, 0, 0] }, UDP, payload),
      'CT_INVALID_HDR',
    ],
    [
      'with an authentication header',
      frame({ ...v6, firstHeader: 51, options: [UDP, 4, 0, 0, ...new Array<number>(20).fill(0)] }, UDP, payload),
      'pass',
    ],
    ['encrypted (ESP)', frame(v6, 50, new Array<number>(24).fill(1)), 'pass'],
    [
      'of a jumbo length',
      frame({ ...v6, firstHeader: 0, options: [UDP, 0, 0xc2, 4, 0, 1, 0, 0] }, UDP, payload),
      'pass',
    ],
    ['with nothing behind its header', frame(v6, 59, []), 'pass'],
    ['of IPv6 from an IPv4-mapped address', frame({ ...v6, from: '::ffff:10.0.0.1' }, UDP, payload), 'INVALID_PACKET'],
    ['of IPv6 to an IPv4-mapped address', ethernet(0x86dd, mapped()), 'INVALID_PACKET'],
    ['of an unknown protocol', frame(v4, 253, [1, 2, 3]), 'pass'],
    ['tagged with a VLAN', ethernet(0x8100, [0, 7, 8, 0, ...ip(v4, UDP, payload)]), 'UNSUPPORTED_L3'],
    ['of 802.3 with LLC', ethernet(0x0026, [0x42, 0x42, 3, ...new Array<number>(35).fill(0)]), 'UNSUPPORTED_L3'],
    ['of ARP that is cut off', arp(v4.from, v4.to).subarray(0, 41), 'INVALID_PACKET'],
    [
      'of ARP for another kind of network',
      ethernet(0x0806, [0, 6, 8, 0, 6, 4, ...new Array<number>(22).fill(0)]),
      'INVALID_PACKET',
    ],
    [
      'of TCP whose header says it is shorter than a header',
      frame(v4, TCP, [0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, ...new Array<number>(7).fill(0)]),
      'CT_INVALID_HDR',
    ],
  ])('%s', (_, bytes, outcome) => {
    expect(sent(bytes)).toBe(outcome);
  });

  it('that is sent on to elsewhere passes where no policy isolates', () => {
    const bytes = frame({ ...v6, firstHeader: 43, options: routingHeader(UDP, 4, 1) }, UDP, payload);
    expect(sent(bytes, { isolated: { ingress: false, egress: false } })).toBe('pass');
  });

  describe('where the pod’s addresses are known', () => {
    const known = { verifyAddresses: true };

    it.each([
      ['from an address of another pod', frame({ ...v4, from: '10.0.0.9' }, UDP, payload), 'INVALID_SOURCE'],
      [
        'from the broadcast address of its subnet',
        frame({ ...v4, from: '10.0.0.255' }, UDP, payload),
        'INVALID_SOURCE',
      ],
      ['from its own link-local address', frame({ ...v6, from: 'fe80::7' }, UDP, payload), 'pass'],
      [
        'from no address, to a DHCP server',
        frame({ from: '0.0.0.0', to: '255.255.255.255' }, UDP, udp(68, 67)),
        'pass',
      ],
      ['from no address, to anybody', frame({ from: '0.0.0.0', to: '10.0.0.2' }, UDP, payload), 'INVALID_SOURCE'],
      [
        'in a later fragment, from another pod',
        frame({ ...v4, from: '10.0.0.9', fragment: { id: 1, offset: 8, more: false } }, UDP, [1]),
        'INVALID_SOURCE',
      ],
      ['of ARP that answers for itself', arp(v4.from, v4.to, 2), 'pass'],
      ['of ARP that answers for another', arp('10.0.0.9', v4.to, 2), 'INVALID_NEIGHBOR'],
      ['of ARP that asks whether an address is free', arp('0.0.0.0', '10.0.0.1'), 'pass'],
      [
        'of neighbor discovery that answers for itself',
        frame({ ...v6, hopLimit: 255 }, ICMPV6, neighbor(136, v6.from)),
        'pass',
      ],
      [
        'of neighbor discovery that answers for another',
        frame({ ...v6, hopLimit: 255 }, ICMPV6, neighbor(136, 'fd00::9')),
        'INVALID_NEIGHBOR',
      ],
      [
        'of neighbor discovery that plays the router',
        frame({ ...v6, hopLimit: 255 }, ICMPV6, icmp(134, 0, new Array<number>(8).fill(0))),
        'INVALID_NEIGHBOR',
      ],
      [
        'of neighbor discovery that redirects',
        frame({ ...v6, hopLimit: 255 }, ICMPV6, neighbor(137, v6.from)),
        'INVALID_NEIGHBOR',
      ],
    ])('%s', (_, bytes, outcome) => {
      expect(sent(bytes, known)).toBe(outcome);
    });

    it.each([
      ['to the pod', frame({ from: v4.to, to: v4.from }, UDP, payload), 'pass'],
      ['to an address of another pod', frame({ from: v4.to, to: '10.0.0.9' }, UDP, payload), 'INVALID_DESTINATION'],
      [
        'of IPv6 to an address of another pod',
        frame({ from: v6.to, to: 'fd00::9' }, UDP, payload),
        'INVALID_DESTINATION',
      ],
      ['to its subnet’s broadcast address', frame({ from: v4.to, to: '10.0.0.255' }, UDP, payload), 'pass'],
      ['to everybody', frame({ from: v4.to, to: '255.255.255.255' }, UDP, payload), 'pass'],
      ['to a multicast group', frame({ from: v6.to, to: 'ff02::fb' }, UDP, payload), 'pass'],
      ['of DHCP to the address on offer', frame({ from: v4.to, to: '10.0.0.77' }, UDP, udp(67, 68)), 'pass'],
    ])('%s', (_, bytes, outcome) => {
      expect(received(bytes, known)).toBe(outcome);
    });
  });

  describe('in fragments', () => {
    const later = (id: number, offset: number, protocol = UDP) =>
      frame({ from: v4.to, to: v4.from, fragment: { id, offset, more: false } }, protocol, [0, 99, 0, 53]);
    const first = (id: number, protocol: number, bytes: readonly number[]) =>
      frame({ from: v4.to, to: v4.from, fragment: { id, offset: 0, more: true } }, protocol, bytes);

    beforeEach(() => {
      world.endpoint(1, isolated);
      world.allow({
        policySet: 3,
        direction: 'ingress',
        identity: 0,
        protocol: UDP,
        port: { port: 53, bits: 16 },
        ruleId: 1,
      });
      world.allow({
        policySet: 3,
        direction: 'ingress',
        identity: 0,
        protocol: TCP,
        port: { port: 53, bits: 16 },
        ruleId: 1,
      });
    });

    it('out of order: what comes before its first is dropped, what comes behind it is not', () => {
      expect(world.ingress(1, later(7, 16))).toBe('drop');
      expect(world.ingress(1, first(7, UDP, payload))).toBe('pass');
      expect(world.ingress(1, later(7, 16))).toBe('pass');
      expect(world.drops()).toMatchObject([{ reason: 'FRAGMENT', packets: 1 }]);
    });

    it('must repeat id, addresses and protocol of its first', () => {
      expect(world.ingress(1, first(7, UDP, payload))).toBe('pass');
      expect(world.ingress(1, later(8, 16))).toBe('drop');
      expect(world.ingress(1, later(7, 16, TCP))).toBe('drop');
      const elsewhere = frame(
        { from: '10.0.0.3', to: v4.from, fragment: { id: 7, offset: 16, more: false } },
        UDP,
        [1],
      );
      expect(world.ingress(1, elsewhere)).toBe('drop');
      expect(world.drops()).toMatchObject([{ reason: 'FRAGMENT', packets: 3 }]);
    });

    it('may not be written over the TCP header that was judged (RFC 3128)', () => {
      expect(world.ingress(1, first(9, TCP, tcp(40000, 53, SYN)))).toBe('pass');
      expect(world.ingress(1, later(9, 8, TCP))).toBe('drop');
      expect(world.ingress(1, later(9, 16, TCP))).toBe('drop');
      expect(world.ingress(1, later(9, 24, TCP))).toBe('pass');
    });

    it('has its ports in the first, or is refused: a first too short for them', () => {
      expect(world.ingress(1, first(9, TCP, tcp(40000, 53, SYN).slice(0, 16)))).toBe('drop');
      expect(world.drops()).toMatchObject([{ reason: 'CT_INVALID_HDR' }]);
    });
  });

  it('of ICMP that forges an error gains nothing: wrong port, wrong peer, wrong protocol, a quote cut off', () => {
    const error = (quoted: readonly number[]) => frame({ from: '10.0.0.254', to: v4.from }, 1, icmp(3, 0, quoted));
    world.endpoint(1, isolated);
    world.allow({ policySet: 3, direction: 'egress', identity: 0, protocol: UDP, port: null, ruleId: 1 });
    expect(world.egress(1, frame(v4, UDP, udp(40000, 53)))).toBe('pass');
    const forged = [
      ip(v4, UDP, udp(40001, 53)),
      ip(v4, UDP, udp(40000, 54)),
      ip({ from: v4.from, to: '10.0.0.3' }, UDP, udp(40000, 53)),
      ip({ from: v4.to, to: v4.from }, UDP, udp(53, 40000)),
      ip(v4, TCP, tcp(40000, 53, ACK)),
      ip(v4, UDP, udp(40000, 53)).slice(0, 27),
      ip({ ...v4, fragment: { id: 1, offset: 8, more: false } }, UDP, udp(40000, 53)),
    ];
    expect(forged.map((quoted) => world.ingress(1, error(quoted)))).toEqual(forged.map(() => 'drop'));
    expect(world.ingress(1, error(ip(v4, UDP, udp(40000, 53))))).toBe('pass');
  });
});

/** The TypeScript of `frame` takes a mapped address for IPv4, so these bytes are put together here. */
function mapped(): number[] {
  const bytes = [...ip(v6, UDP, payload)];
  bytes.splice(24, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2);
  return bytes;
}
