/**
 * A frame as the standards read it, written without a look at parse.h: RFC 826, 791, 8200, 9293, 768, 9260, 792, 4443.
 * What the dataplane promises of each kind is in docs/dataplane.md.
 */

/** Why a frame cannot be read: names of drop reasons. */
export type Refusal = 'INVALID_PACKET' | 'INVALID_EXTHDR' | 'CT_INVALID_HDR';

export type ParsedFrame =
  | { readonly kind: 'refused'; readonly reason: Refusal }
  | { readonly kind: 'other' }
  | { readonly kind: 'arp'; readonly sender: bigint }
  | IpPacket;

export interface IpPacket {
  readonly kind: 'ip';
  readonly version: 4 | 6;
  /** 128 bits, IPv4 mapped. */
  readonly source: bigint;
  readonly destination: bigint;
  /** Behind all extension headers. */
  readonly protocol: number;
  readonly hopLimit: number;
  /** Of IPv6, what stands right behind its header; of IPv4 the protocol. */
  readonly firstHeader: number;
  /** IPv4 source route, or a routing header with segments left. */
  readonly sourceRouted: boolean;
  readonly fragment: {
    readonly id: number;
    readonly offset: number;
    readonly more: boolean;
    readonly protocol: number;
  } | null;
  /** Where the transport header begins. */
  readonly transport: number;
  /** null where there is none to read: a later fragment, a protocol without ports. */
  readonly ports: { readonly source: number; readonly destination: number } | null;
  readonly tcpFlags: number | null;
  readonly icmpType: number | null;
}

const MAPPED = 0xffff00000000n;
const ARP = 0x0806;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;

export function parseFrame(bytes: Uint8Array): ParsedFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (bytes.length < 14) return refused('INVALID_PACKET');
    switch (view.getUint16(12)) {
      case ARP:
        return parseArp(view);
      case IPV4:
        return parseTransport(view, ipv4(view, 14));
      case IPV6:
        return parseTransport(view, ipv6(view, 14));
      default:
        return { kind: 'other' };
    }
  } catch (error) {
    if (error instanceof Refused) return refused(error.reason);
    throw error;
  }
}

/** The packet that an ICMP error quotes, as far as its first eight bytes of transport; null when it cannot be told. */
export function parseQuoted(bytes: Uint8Array, error: IpPacket): IpPacket | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const quoted = error.version === 4 ? ipv4(view, error.transport + 8, false) : ipv6(view, error.transport + 8);
    if (quoted.fragment !== null && quoted.fragment.offset > 0) return null;
    need(view, quoted.transport, 8, 'CT_INVALID_HDR');
    return { ...quoted, ports: portsAt(view, quoted, quoted.transport, null) };
  } catch (error_) {
    if (error_ instanceof Refused) return null;
    throw error_;
  }
}

class Refused extends Error {
  readonly reason: Refusal;

  constructor(reason: Refusal) {
    super(reason);
    this.reason = reason;
  }
}

function refused(reason: Refusal): ParsedFrame {
  return { kind: 'refused', reason };
}

function need(view: DataView, offset: number, length: number, reason: Refusal): void {
  if (offset + length > view.byteLength) throw new Refused(reason);
}

function parseArp(view: DataView): ParsedFrame {
  need(view, 14, 28, 'INVALID_PACKET');
  const shape = [view.getUint16(14), view.getUint16(16), view.getUint8(18), view.getUint8(19)];
  if (shape.join() !== `1,${IPV4},6,4`) return refused('INVALID_PACKET');
  return { kind: 'arp', sender: MAPPED | BigInt(view.getUint32(28)) };
}

function ipv4(view: DataView, at: number, withOptions = true): IpPacket {
  need(view, at, 20, 'INVALID_PACKET');
  const length = (view.getUint8(at) & 15) * 4;
  if (view.getUint8(at) >> 4 !== 4 || length < 20) throw new Refused('INVALID_PACKET');
  if (withOptions) need(view, at, length, 'INVALID_PACKET');
  const flags = view.getUint16(at + 6);
  const [offset, more] = [(flags & 0x1fff) * 8, (flags & 0x2000) !== 0];
  const protocol = view.getUint8(at + 9);
  return {
    kind: 'ip',
    version: 4,
    protocol,
    firstHeader: protocol,
    hopLimit: view.getUint8(at + 8),
    transport: at + length,
    source: MAPPED | BigInt(view.getUint32(at + 12)),
    destination: MAPPED | BigInt(view.getUint32(at + 16)),
    sourceRouted: withOptions && sourceRoute(view, at + 20, at + length),
    fragment: offset > 0 || more ? { id: view.getUint16(at + 4), offset, more, protocol } : null,
    ports: null,
    tcpFlags: null,
    icmpType: null,
  };
}

function sourceRoute(view: DataView, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    const option = view.getUint8(at);
    if (option === 0) return false;
    if (option === 1) {
      at += 1;
      continue;
    }
    if (at + 1 >= end) {
      if (option === 131 || option === 137) return true;
      throw new Refused('INVALID_PACKET');
    }
    if (option === 131 || option === 137) return true;
    const length = view.getUint8(at + 1);
    if (length < 2 || at + length > end) throw new Refused('INVALID_PACKET');
    at += length;
  }
  return false;
}

function ipv6(view: DataView, at: number): IpPacket {
  need(view, at, 40, 'INVALID_PACKET');
  if (view.getUint8(at) >> 4 !== 6) throw new Refused('INVALID_PACKET');
  const [source, destination] = [wide(view, at + 8), wide(view, at + 24)];
  if (source >> 32n === 0xffffn || destination >> 32n === 0xffffn) throw new Refused('INVALID_PACKET');
  const header = {
    kind: 'ip',
    version: 6,
    source,
    destination,
    hopLimit: view.getUint8(at + 7),
    firstHeader: view.getUint8(at + 6),
  } as const;
  const rest = { ports: null, tcpFlags: null, icmpType: null } as const;
  let next = view.getUint8(at + 6);
  let offset = at + 40;
  let fragment: IpPacket['fragment'] = null;
  let sourceRouted = false;
  for (let count = 0; [0, 43, 44, 51, 60].includes(next); count++) {
    if (count === 6) throw new Refused('INVALID_EXTHDR');
    need(view, offset, 8, 'INVALID_EXTHDR');
    const [following, size] = [view.getUint8(offset), view.getUint8(offset + 1)];
    if (next === 44) {
      if (fragment !== null) throw new Refused('INVALID_EXTHDR');
      const word = view.getUint16(offset + 2);
      const [start, more] = [word & 0xfff8, (word & 1) !== 0];
      if (start > 0 || more) fragment = { id: view.getUint32(offset + 4), offset: start, more, protocol: 0 };
      offset += 8;
      if (start > 0) return { ...header, ...rest, protocol: following, fragment, transport: offset, sourceRouted };
    } else {
      if (next === 43 && view.getUint8(offset + 3) !== 0) sourceRouted = true;
      offset += next === 51 ? (size + 2) * 4 : (size + 1) * 8;
    }
    next = following;
  }
  return { ...header, ...rest, protocol: next, fragment, transport: offset, sourceRouted };
}

function wide(view: DataView, at: number): bigint {
  return (view.getBigUint64(at) << 64n) | view.getBigUint64(at + 8);
}

const [TCP, UDP, SCTP, ICMP, ICMPV6] = [6, 17, 132, 1, 58];

function parseTransport(view: DataView, packet: IpPacket): IpPacket {
  const { protocol, transport } = packet;
  if (packet.fragment !== null && packet.fragment.offset > 0) return packet;
  if (protocol === TCP) {
    need(view, transport, 20, 'CT_INVALID_HDR');
    if (view.getUint8(transport + 12) >> 4 < 5) throw new Refused('CT_INVALID_HDR');
    return { ...packet, ports: portsAt(view, packet, transport, null), tcpFlags: view.getUint8(transport + 13) };
  }
  if (![UDP, SCTP, ICMP, ICMPV6].includes(protocol)) return packet;
  need(view, transport, 8, 'CT_INVALID_HDR');
  const own = (protocol === ICMP && packet.version === 4) || (protocol === ICMPV6 && packet.version === 6);
  const icmpType = own ? view.getUint8(transport) : null;
  const portless = (protocol === ICMP || protocol === ICMPV6) && !own;
  return { ...packet, icmpType, ports: portless ? null : portsAt(view, packet, transport, icmpType) };
}

/** Ports, or the identifier of an ICMP query twice. `icmpType` null: of a quoted packet, whatever its type. */
function portsAt(
  view: DataView,
  { protocol, version }: IpPacket,
  at: number,
  icmpType: number | null,
): IpPacket['ports'] {
  if (protocol === TCP || protocol === UDP || protocol === SCTP)
    return { source: view.getUint16(at), destination: view.getUint16(at + 2) };
  const queries = version === 4 ? [0, 8, 13, 14] : [128, 129];
  if (icmpType !== null ? !queries.includes(icmpType) : protocol !== ICMP && protocol !== ICMPV6) return null;
  const identifier = view.getUint16(at + 4);
  return { source: identifier, destination: identifier };
}
