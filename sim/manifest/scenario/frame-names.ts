/** The frames that a step `inject` may send, by name: what each is, and over which family where only one has it. */
interface NamedFrame {
  readonly what: string;
  /** null: made over either. */
  readonly family: 'IPv4' | 'IPv6' | null;
}

const named = {
  datagram: { what: 'a UDP datagram to port 9, with nothing wrong', family: null },
  'around-egress': {
    what: 'the `datagram`, past the queueing discipline of its interface and what hangs there (packet(7), PACKET_QDISC_BYPASS)',
    family: null,
  },
  'new-connection': { what: 'a UDP datagram to port 9, each from a port of its own', family: null },
  'spoofed-source': { what: 'a UDP datagram from an address of the documentation', family: null },
  'foreign-destination': {
    what: 'a UDP datagram to an address of the documentation, in a frame to everybody on the link',
    family: null,
  },
  'false-neighbor': {
    what: 'an ARP answer or a neighbor advertisement for the address of the receiver',
    family: null,
  },
  neighbor: { what: 'a neighbor solicitation for the receiver, with nothing wrong', family: 'IPv6' },
  'far-neighbor': { what: 'the same to an address of the documentation', family: 'IPv6' },
  'hidden-neighbor': { what: 'the same behind a header of destination options', family: 'IPv6' },
  'long-neighbor': { what: 'the same with four bytes behind its last option', family: 'IPv6' },
  'router-advertisement': { what: 'a router advertisement', family: 'IPv6' },
  'bad-header-length': { what: 'an IPv4 header that says it has 16 bytes', family: 'IPv4' },
  'cut-arp': { what: 'ARP without its last byte', family: 'IPv4' },
  'cut-tcp': { what: 'the first 12 bytes of a TCP header', family: null },
  syn: { what: 'TCP’s SYN from port 40000 to port 9', family: null },
  'syn-ack': { what: 'its answer, from the port 9', family: null },
  'syn-back': { what: 'a bare SYN from port 9 to port 40000: where an answer would go', family: null },
  'unknown-ethertype': { what: 'EtherType 0x88b5, which is kept for experiments (IEEE 802)', family: null },
  'seven-extension-headers': { what: 'seven headers of destination options before UDP', family: 'IPv6' },
  'later-fragment': { what: 'a fragment at offset 1480 of a datagram whose first is never sent', family: null },
  'source-route': { what: 'a loose source route, or a routing header with one segment left', family: null },
  'port-unreachable': { what: 'an ICMP error that quotes the `datagram` of the receiver to the sender', family: null },
  'unrelated-error': { what: 'the same about a datagram to port 10, which nobody sent', family: null },
  'misdirected-error': {
    what: 'an ICMP error that quotes the `datagram` of the sender to the receiver: who is told of it never sent it',
    family: null,
  },
} as const satisfies Readonly<Record<string, NamedFrame>>;

export type FrameName = keyof typeof named;

export const frameNames = Object.keys(named) as [FrameName, ...FrameName[]];

export const namedFrames: Readonly<Record<FrameName, NamedFrame>> = named;
