/** The bytes of the named frames: each is wrong in one thing, which its name says. */
import { isIPv6 } from 'node:net';
import {
  ACK,
  ICMP,
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
  neighborOptions,
  optionsHeader,
  routingHeader,
  tcp,
  udp,
} from '../../../dataplane/bpf/frames.ts';
import type { InjectionPlan } from '../../plan/plan.ts';

type FrameName = InjectionPlan['frame'];

/** Both of one family. */
interface FrameEnds {
  readonly from: string;
  readonly to: string;
  /** Of their network interfaces, six bytes each. */
  readonly fromMac: Uint8Array;
  readonly toMac: Uint8Array;
}

/**
 * From the Ethernet header on. Checksums are zero: what looks at one comes behind the dataplane.
 * @param nth how many of the line went before it
 */
export function namedFrame(name: FrameName, { from, to, fromMac, toMac }: FrameEnds, nth = 0): Uint8Array {
  const bytes = Uint8Array.from(MAKERS[name]({ from, to, six: isIPv6(from), nth }));
  bytes.set(name === 'foreign-destination' ? EVERYBODY : toMac, 0);
  bytes.set(fromMac, 6);
  return bytes;
}

interface Ends {
  readonly from: string;
  readonly to: string;
  readonly six: boolean;
  readonly nth: number;
}

const DISCARD = udp(40000, 9);
const EVERYBODY = new Uint8Array(6).fill(0xff);
/** Addresses of the documentation (RFC 5737, RFC 3849), which nobody has. */
const NOBODY = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;
const nobody = (six: boolean): string => NOBODY[six ? 6 : 4];
/** Neighbor discovery is believed from next door alone (RFC 4861, 7.1). */
const NEXT_DOOR = { hopLimit: 255 };
const NEIGHBOR_ADVERTISEMENT = 136;
const NEIGHBOR_SOLICITATION = 135;
const SOURCE_LINK_LAYER_ADDRESS = 1;
const ROUTER_ADVERTISEMENT = 134;
const DESTINATION_OPTIONS = 60;
const ROUTING = 43;
const FRAGMENT = 44;
/** As behind a first fragment that fills an MTU of 1500. */
const LATER = { id: 0x1d1e, offset: 1480, more: false };

const MAKERS: Readonly<Record<FrameName, (ends: Ends) => Iterable<number>>> = {
  datagram: ({ from, to }) => frame({ from, to }, UDP, DISCARD),
  // What is wrong with it is its way (inject.ts).
  'around-egress': ({ from, to }) => frame({ from, to }, UDP, DISCARD),
  'new-connection': ({ from, to, nth }) => frame({ from, to }, UDP, udp(1024 + (nth % (65536 - 1024)), 9)),
  'spoofed-source': ({ to, six }) => frame({ from: nobody(six), to }, UDP, DISCARD),
  'foreign-destination': ({ from, six }) => frame({ from, to: nobody(six) }, UDP, DISCARD),
  'false-neighbor': ({ from, to, six }) =>
    six ? frame({ from, to, ...NEXT_DOOR }, ICMPV6, neighbor(NEIGHBOR_ADVERTISEMENT, to)) : arp(to, from, 2),
  neighbor: ({ from, to }) => frame({ from, to, ...NEXT_DOOR }, ICMPV6, solicitation(to)),
  'far-neighbor': ({ from, to }) => frame({ from, to: nobody(true), ...NEXT_DOOR }, ICMPV6, solicitation(to)),
  'hidden-neighbor': ({ from, to }) => {
    const hidden = { firstHeader: DESTINATION_OPTIONS, options: optionsHeader(ICMPV6) };
    return frame({ from, to, ...NEXT_DOOR, ...hidden }, ICMPV6, solicitation(to));
  },
  'long-neighbor': ({ from, to }) => frame({ from, to, ...NEXT_DOOR }, ICMPV6, [...solicitation(to), 0, 0, 0, 0]),
  'router-advertisement': ({ from, to }) =>
    frame({ from, to, ...NEXT_DOOR }, ICMPV6, icmp(ROUTER_ADVERTISEMENT, 0, new Array<number>(8).fill(0))),
  'bad-header-length': ({ from, to }) => {
    const [, ...rest] = ip({ from, to }, UDP, DISCARD);
    return ethernet(0x0800, [0x44, ...rest]);
  },
  'cut-arp': ({ from, to }) => arp(from, to).subarray(0, -1),
  'cut-tcp': ({ from, to }) => frame({ from, to }, TCP, tcp(40000, 9, SYN).slice(0, 12)),
  syn: ({ from, to }) => frame({ from, to }, TCP, tcp(40000, 9, SYN)),
  'syn-ack': ({ from, to }) => frame({ from, to }, TCP, tcp(9, 40000, SYN | ACK)),
  'syn-back': ({ from, to }) => frame({ from, to }, TCP, tcp(9, 40000, SYN)),
  'unknown-ethertype': () => ethernet(0x88b5, new Array<number>(46).fill(0)),
  'seven-extension-headers': ({ from, to }) => {
    const headers = [...new Array<number>(6).fill(DESTINATION_OPTIONS), UDP].flatMap((next) => optionsHeader(next));
    return frame({ from, to, firstHeader: DESTINATION_OPTIONS, options: headers }, UDP, DISCARD);
  },
  'later-fragment': ({ from, to, six }) => {
    const payload = new Array<number>(16).fill(0);
    if (!six) return frame({ from, to, fragment: LATER }, UDP, payload);
    const header = fragmentHeader(UDP, LATER.id, LATER.offset, LATER.more);
    return frame({ from, to, firstHeader: FRAGMENT, options: header }, UDP, payload);
  },
  'source-route': ({ from, to, six }) =>
    six
      ? frame({ from, to, firstHeader: ROUTING, options: routingHeader(UDP, 4, 1) }, UDP, DISCARD)
      : // Loose (131), seven bytes, pointer at the only hop, and the end of options to fill four (RFC 791, 3.1).
        frame({ from, to, options: [131, 7, 4, 192, 0, 2, 2, 0] }, UDP, DISCARD),
  'port-unreachable': (ends) => unreachable(ends, answered(ends, DISCARD)),
  'unrelated-error': (ends) => unreachable(ends, answered(ends, udp(40000, 10))),
  'misdirected-error': (ends) => unreachable(ends, ip(ends, UDP, DISCARD)),
};

function solicitation(target: string): readonly number[] {
  return [...neighbor(NEIGHBOR_SOLICITATION, target), ...neighborOptions(SOURCE_LINK_LAYER_ADDRESS)];
}

/** A packet that came from its receiver. */
function answered({ from, to }: Ends, datagram: readonly number[]): readonly number[] {
  return ip({ from: to, to: from }, UDP, datagram);
}

/** Port unreachable: type 3 code 3 (RFC 792), type 1 code 4 (RFC 4443). */
function unreachable({ from, to, six }: Ends, quoted: readonly number[]): Uint8Array {
  const [type, code] = six ? [1, 4] : [3, 3];
  return frame({ from, to }, six ? ICMPV6 : ICMP, [type, code, 0, 0, 0, 0, 0, 0, ...quoted]);
}
