/**
 * What a limit on the wire leaves for payload.
 *
 * Limits count what the dataplane counts: `skb->wire_len`, every frame with its 14-byte Ethernet header and without
 * FCS, preamble and gap, or what the Scenario has them charge for it (dataplane/bandwidth/charge.ts). All bytes "on the wire" here are
 * bytes as they are charged. A TCP segment carries MTU - IP header - 20 - 12 bytes (timestamps, RFC 7323, are on in
 * Linux); at MTU 1500 that is 1448 of 1514 bytes over IPv4 and 1428 over IPv6. A UDP datagram larger than the MTU
 * goes in IP fragments (RFC 791; RFC 8200 4.5), each but the last a multiple of eight bytes.
 */
import { chargedBytes, ETHERNET_HEADER, isPadded, type Charge } from '../../../dataplane/bandwidth/charge.ts';
import type { Family } from '../../../dataplane/policy/address.ts';

const TCP_HEADER = 20;
const TCP_TIMESTAMPS = 12;
const SYN_OPTIONS = 20;
const UDP_HEADER = 8;
const IPV6_FRAGMENT_HEADER = 8;

const ipHeader: Readonly<Record<Family, number>> = { 4: 20, 6: 40 };

/** The largest UDP payload: what the 16-bit length fields leave. */
export const maxDatagram: Readonly<Record<Family, number>> = { 4: 65_535 - 20 - UDP_HEADER, 6: 65_535 - UDP_HEADER };

/** Of a flow that says no size: fits an MTU of 1500 whole, over IPv4 and IPv6. */
export const DEFAULT_DATAGRAM_BYTES = 1400;

/** Payload bytes of a full TCP segment. */
export function tcpPayload(family: Family, mtu: number): number {
  return mtu - ipHeader[family] - TCP_HEADER - TCP_TIMESTAMPS;
}

/** Bytes on the wire of a payload that one connection carries, all its segments together. */
export function tcpWireBytes(family: Family, mtu: number, bytes: number, charge: Charge = 'l2'): number {
  const payload = tcpPayload(family, mtu);
  const segments = Math.ceil(bytes / payload);
  // The smallest segment is no frame that is padded.
  return chargedBytes(charge, bytes + segments * (mtu + ETHERNET_HEADER - payload), segments);
}

/** Bytes on the wire of one UDP datagram, all its fragments together. */
export function udpWireBytes(family: Family, mtu: number, datagramBytes: number, charge: Charge = 'l2'): number {
  const { fragments, full, last } = framesOf(family, mtu, datagramBytes);
  return chargedBytes(charge, (fragments - 1) * full, fragments - 1) + chargedBytes(charge, last);
}

/** Whether a frame of the datagram is padded, and one that is not is there beside it. */
export function isPaddedInPart(family: Family, mtu: number, datagramBytes: number, charge: Charge): boolean {
  const { fragments, last } = framesOf(family, mtu, datagramBytes);
  return fragments > 1 && isPadded(charge, last);
}

/** Whether the frame of a datagram is padded. */
export function isPaddedWhole(family: Family, datagramBytes: number, charge: Charge): boolean {
  return isPadded(charge, datagramPacketBytes(family, datagramBytes) + ETHERNET_HEADER);
}

/** Frames of a datagram: all but the last have `full` bytes. */
function framesOf(
  family: Family,
  mtu: number,
  datagramBytes: number,
): { readonly fragments: number; readonly full: number; readonly last: number } {
  const transport = datagramBytes + UDP_HEADER;
  const header = ipHeader[family];
  if (transport + header <= mtu) return { fragments: 1, full: 0, last: transport + header + ETHERNET_HEADER };
  const perFragment = header + (family === 6 ? IPV6_FRAGMENT_HEADER : 0);
  const payload = Math.floor((mtu - perFragment) / 8) * 8;
  // The last fragment need not be a multiple of eight.
  const fragments = 1 + Math.ceil(Math.max(0, transport - (mtu - perFragment)) / payload);
  const around = perFragment + ETHERNET_HEADER;
  return { fragments, full: payload + around, last: transport - (fragments - 1) * payload + around };
}

/**
 * The same over IPv4 where the sender cuts the datagram up and routers cut its fragments up again, each by its MTU, in this order: fragments
 * have no DF, so that nobody tells the sender.
 */
export function refragmentedWireBytes(mtus: readonly number[], datagramBytes: number): number {
  const header = ipHeader[4];
  const cut = (bytes: number, mtu: number): number[] => {
    if (bytes + header <= mtu) return [bytes];
    const most = Math.floor((mtu - header) / 8) * 8;
    return [most, ...cut(bytes - most, mtu)];
  };
  const fragments = mtus.reduce((parts, mtu) => parts.flatMap((part) => cut(part, mtu)), [datagramBytes + UDP_HEADER]);
  return fragments.reduce((sum, part) => sum + part + header + ETHERNET_HEADER, 0);
}

/** Bytes of the IP packet of a datagram, before it is cut up. */
export function datagramPacketBytes(family: Family, datagramBytes: number): number {
  return datagramBytes + UDP_HEADER + ipHeader[family];
}

/** Payload per byte on the wire of requests that are sent one at a time, 0 to 1. */
export function requestEfficiency(
  family: Family,
  mtu: number,
  { bytes, connection }: { readonly bytes: number; readonly connection?: 'new' },
  charge: Charge = 'l2',
): number {
  const around = connection === 'new' ? connectionWireBytes(family, charge) : 0;
  return bytes / (tcpWireBytes(family, mtu, bytes, charge) + around);
}

/**
 * Bytes on the wire, one way, of making a connection and ending it first: a SYN with its options (MSS, SACK permitted, timestamps, window
 * scale: 20 bytes), and three segments without payload: the handshake's last, the FIN, and the answer to the other side's.
 */
function connectionWireBytes(family: Family, charge: Charge): number {
  const bare = ETHERNET_HEADER + ipHeader[family] + TCP_HEADER;
  return chargedBytes(charge, bare + SYN_OPTIONS + 3 * (bare + TCP_TIMESTAMPS), 4);
}

/** Payload per byte on the wire, 0 to 1. */
export function efficiency(flow: {
  readonly protocol: 'TCP' | 'UDP';
  readonly family: Family;
  readonly mtu: number;
  readonly datagramBytes: number | null;
  readonly charge?: Charge;
}): number {
  const { protocol, family, mtu, datagramBytes, charge = 'l2' } = flow;
  return protocol === 'TCP'
    ? tcpPayload(family, mtu) / chargedBytes(charge, mtu + ETHERNET_HEADER)
    : (datagramBytes ?? 0) / udpWireBytes(family, mtu, datagramBytes ?? 0, charge);
}
