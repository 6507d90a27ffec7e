/**
 * A captured frame down to its ports. Ethernet, IPv4, TCP and UDP are decoded by the package `cap`, whose other decoders
 * are wrong (SCTP, ICMP requests, VLAN tags) or never end (IPv6 with ESP): those are read here. Every length is checked
 * before anything is read, so a hostile or a cut packet is a reason, not an exception.
 */
import { addressText } from '../../dataplane/address/text.ts';

export interface DecodedPacket {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP' | `IP ${number}`;
  readonly from: string;
  readonly to: string;
  /** 0 where the protocol has none, or a fragment does not show them. */
  readonly fromPort: number;
  readonly toPort: number;
  /** Link, network and transport header together. */
  readonly headerBytes: number;
  /** Payload of the transport, from the network header's length; null when offloading left it out. */
  readonly payloadBytes: number | null;
}

/** Why a packet is not decoded: counted, never guessed. */
export interface Undecoded {
  readonly reason: 'cut short' | 'not IP' | 'malformed' | 'fragment';
}

/** What is used of `cap/lib/Decoders.js`. */
export interface CapDecoders {
  readonly protocols: {
    readonly Ethernet: (data: Buffer) => { readonly info: { readonly type?: number }; readonly offset: number };
    readonly IPV4: (
      data: Buffer,
      offset: number,
    ) => {
      readonly info: {
        readonly srcaddr: string;
        readonly dstaddr: string;
        readonly protocol: number;
        readonly fragoffset: number;
        readonly totallen: number;
      };
      readonly hdrlen: number;
      readonly offset: number;
    };
    readonly TCP: (data: Buffer, offset: number) => Ports & { readonly hdrlen: number };
    readonly UDP: (data: Buffer, offset: number) => Ports;
  };
}

interface Ports {
  readonly info: { readonly srcport: number; readonly dstport: number };
}

/** The optional package `cap` is not there. */
export class CapMissingError extends Error {
  override readonly name = 'CapMissingError';
  readonly help = 'npm install --ignore-scripts cap';
}

/** @throws CapMissingError */
export async function loadCapDecoders(): Promise<CapDecoders> {
  try {
    // The decoders alone: they are JavaScript, and need no libpcap.
    const module = (await import('cap/lib/Decoders.js')) as {
      default: { PROTOCOL: unknown } & Record<string, unknown>;
    };
    const { Ethernet, IPV4, TCP, UDP } = module.default as unknown as CapDecoders['protocols'];
    return { protocols: { Ethernet, IPV4, TCP, UDP } };
  } catch (cause) {
    throw new CapMissingError('captures are decoded by the package `cap`, which is not installed', { cause });
  }
}

/** @param data an Ethernet frame, or its beginning */
export function decodePacket({ protocols }: CapDecoders, data: Buffer): DecodedPacket | Undecoded {
  const link = etherType(protocols, data);
  if ('reason' in link) return link;
  const read = NETWORK[link.type];
  return read === undefined ? { reason: 'not IP' } : read(protocols, data, link.offset);
}

const NETWORK: Readonly<
  Record<number, (protocols: CapDecoders['protocols'], data: Buffer, offset: number) => DecodedPacket | Undecoded>
> = { 0x0800: ipv4, 0x86dd: ipv6 };

/** Tags of 802.1Q and 802.1ad are read here: cap shows priority and id wrong, and knows no second tag. */
function etherType(protocols: CapDecoders['protocols'], data: Buffer): { type: number; offset: number } | Undecoded {
  if (data.length < 14) return { reason: 'cut short' };
  const untagged = data.readUInt16BE(12);
  if (untagged !== 0x8100 && untagged !== 0x88a8) {
    const { info, offset } = protocols.Ethernet(data);
    return { type: info.type ?? 0, offset };
  }
  let offset = 12;
  while (data.length >= offset + 6 && [0x8100, 0x88a8].includes(data.readUInt16BE(offset))) offset += 4;
  if (data.length < offset + 2) return { reason: 'cut short' };
  return { type: data.readUInt16BE(offset), offset: offset + 2 };
}

function ipv4(protocols: CapDecoders['protocols'], data: Buffer, offset: number): DecodedPacket | Undecoded {
  if (data.length < offset + 20) return { reason: 'cut short' };
  if ((data[offset] ?? 0) >> 4 !== 4) return { reason: 'malformed' };
  const written = data.readUInt16BE(offset + 2);
  const { info, hdrlen, offset: transport } = protocols.IPV4(data, offset);
  if (hdrlen < 20 || (written !== 0 && written < hdrlen)) return { reason: 'malformed' };
  if (data.length < transport) return { reason: 'cut short' };
  const body = written === 0 ? null : written - hdrlen;
  return transportOf(protocols, data, transport, info.protocol, info.fragoffset > 0, body, info.srcaddr, info.dstaddr);
}

/** Extension headers by RFC 8200 section 4; ESP ends the walk, since what follows is encrypted. */
function ipv6(protocols: CapDecoders['protocols'], data: Buffer, offset: number): DecodedPacket | Undecoded {
  if (data.length < offset + 40) return { reason: 'cut short' };
  if ((data[offset] ?? 0) >> 4 !== 6) return { reason: 'malformed' };
  const from = addressText(data.subarray(offset + 8, offset + 24));
  const to = addressText(data.subarray(offset + 24, offset + 40));
  const written = data.readUInt16BE(offset + 4);
  let next = data[offset + 6] ?? 0;
  let at = offset + 40;
  let fragment = false;
  while (EXTENSIONS.has(next)) {
    if (data.length < at + 8) return { reason: 'cut short' };
    const kind = next;
    next = data[at] ?? 0;
    const length = data[at + 1] ?? 0;
    if (kind === 44) fragment = data.readUInt16BE(at + 2) >> 3 > 0;
    at += kind === 44 ? 8 : kind === 51 ? (length + 2) * 4 : (length + 1) * 8;
    if (fragment) break;
  }
  // Zero is a jumbogram or a super-packet whose length does not fit (RFC 2675).
  const body = written === 0 ? null : written - (at - offset - 40);
  if (body !== null && body < 0) return { reason: 'malformed' };
  return transportOf(protocols, data, at, next, fragment, body, from, to);
}

const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 44, 51, 60, 135]);

function transportOf(
  protocols: CapDecoders['protocols'],
  data: Buffer,
  at: number,
  protocol: number,
  fragment: boolean,
  body: number | null,
  from: string,
  to: string,
): DecodedPacket | Undecoded {
  if (fragment) return { reason: 'fragment' };
  const known = TRANSPORTS[protocol];
  const packet = (name: DecodedPacket['protocol'], ports: Ports['info'], header: number): DecodedPacket | Undecoded => {
    if (body !== null && body < header) return { reason: 'malformed' };
    const { srcport: fromPort, dstport: toPort } = ports;
    const payloadBytes = body === null ? null : body - header;
    return { protocol: name, from, to, fromPort, toPort, headerBytes: at + header, payloadBytes };
  };
  if (known === undefined) return packet(`IP ${protocol}`, { srcport: 0, dstport: 0 }, 0);
  if (data.length < at + known.least) return { reason: 'cut short' };
  switch (known.name) {
    case 'TCP': {
      const header = ((data[at + 12] ?? 0) >> 4) * 4;
      if (header < 20) return { reason: 'malformed' };
      return packet('TCP', protocols.TCP(data, at).info, header);
    }
    case 'UDP':
      return packet('UDP', protocols.UDP(data, at).info, 8);
    case 'SCTP':
      return packet('SCTP', { srcport: data.readUInt16BE(at), dstport: data.readUInt16BE(at + 2) }, 12);
    case 'ICMP':
      return packet('ICMP', { srcport: 0, dstport: 0 }, 8);
  }
}

const TRANSPORTS: Readonly<Record<number, { readonly name: 'TCP' | 'UDP' | 'SCTP' | 'ICMP'; readonly least: number }>> =
  {
    1: { name: 'ICMP', least: 8 },
    6: { name: 'TCP', least: 20 },
    17: { name: 'UDP', least: 8 },
    58: { name: 'ICMP', least: 4 },
    132: { name: 'SCTP', least: 12 },
  };
