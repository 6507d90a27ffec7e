/** Frames byte by byte: what a field is not named keeps the value that an ordinary packet has. Checksums are zero. */
import { isIPv6 } from 'node:net';
import { addressBytes } from './address.ts';

export type Bytes = readonly number[];

export interface IpFields {
  readonly from: string;
  readonly to: string;
  /** IPv4: bytes of options, a multiple of four. IPv6: extension headers, whose first is `firstHeader`. */
  readonly options?: Bytes;
  readonly firstHeader?: number;
  readonly hopLimit?: number;
  /** Offset in bytes, a multiple of eight. IPv6: put `fragmentHeader` among the options instead. */
  readonly fragment?: { readonly id: number; readonly offset: number; readonly more: boolean };
}

export const TCP = 6;
export const UDP = 17;
export const SCTP = 132;
export const ICMP = 1;
export const ICMPV6 = 58;
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const ACK = 16;

export function ethernet(type: number, payload: Bytes): Uint8Array {
  return Uint8Array.from([...new Array<number>(6).fill(2), ...new Array<number>(6).fill(4), ...be16(type), ...payload]);
}

/** IPv4 or IPv6, as the addresses are. */
export function ip(fields: IpFields, protocol: number, payload: Bytes): Bytes {
  return isIPv6(fields.from) ? ipv6(fields, protocol, payload) : ipv4(fields, protocol, payload);
}

export function frame(fields: IpFields, protocol: number, payload: Bytes): Uint8Array {
  return ethernet(isIPv6(fields.from) ? 0x86dd : 0x0800, ip(fields, protocol, payload));
}

export function tcp(sourcePort: number, destinationPort: number, flags: number, payload: Bytes = []): Bytes {
  const ports = [...be16(sourcePort), ...be16(destinationPort)];
  return [...ports, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0, ...payload];
}

export function udp(sourcePort: number, destinationPort: number, payload: Bytes = []): Bytes {
  return [...be16(sourcePort), ...be16(destinationPort), ...be16(8 + payload.length), 0, 0, ...payload];
}

export function sctp(sourcePort: number, destinationPort: number): Bytes {
  return [...be16(sourcePort), ...be16(destinationPort), 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 4];
}

/** ARP for Ethernet and IPv4 (RFC 826): `operation` 1 asks, 2 answers. */
export function arp(sender: string, target: string, operation = 1): Uint8Array {
  const hardware = [4, 4, 4, 4, 4, 4];
  const ends = [...hardware, ...addressBytes(sender).slice(12), 0, 0, 0, 0, 0, 0, ...addressBytes(target).slice(12)];
  return ethernet(0x0806, [0, 1, 8, 0, 6, 4, ...be16(operation), ...ends]);
}

/** Neighbor solicitation (135) or advertisement (136): the address it is about comes behind the first eight bytes. */
export function neighbor(type: number, target: string): Bytes {
  return icmp(type, 0, [...addressBytes(target)]);
}

/** Options of neighbor discovery (RFC 4861, 4.6): each a kind and six bytes. */
export function neighborOptions(...kinds: readonly number[]): Bytes {
  return kinds.flatMap((kind) => [kind, 1, 2, 2, 2, 2, 2, 2]);
}

/** The hop-by-hop header that listener discovery stands behind (RFC 2711). */
export function routerAlert(next: number): Bytes {
  return [next, 0, 5, 2, 0, 0, 1, 0];
}

/** A report of multicast listener discovery (RFC 3810, 5.2), of groups without sources. */
export function listenerReport(...groups: readonly string[]): Bytes {
  return [
    143,
    0,
    0,
    0,
    0,
    0,
    ...be16(groups.length),
    ...groups.flatMap((group) => [4, 0, 0, 0, ...addressBytes(group)]),
  ];
}

/** An IPv6 routing header (RFC 8200, 4.4) of eight bytes. */
export function routingHeader(next: number, type: number, segmentsLeft: number): Bytes {
  return [next, 0, type, segmentsLeft, 0, 0, 0, 0];
}

/** Echo and its like carry an identifier; errors carry the packet they speak of. */
export function icmp(type: number, identifier = 0, payload: Bytes = []): Bytes {
  return [type, 0, 0, 0, ...be16(identifier), 0, 1, ...payload];
}

/** An IPv6 fragment header (RFC 8200, 4.5); `next` is the header behind it in the first fragment. */
export function fragmentHeader(next: number, id: number, offset: number, more: boolean): Bytes {
  return [next, 0, ...be16(offset | (more ? 1 : 0)), ...be16(id >>> 16), ...be16(id & 0xffff)];
}

/** A hop-by-hop or destination options header of eight bytes. */
export function optionsHeader(next: number): Bytes {
  return [next, 0, 1, 4, 0, 0, 0, 0];
}

function ipv4({ from, to, options = [], hopLimit = 64, fragment }: IpFields, protocol: number, payload: Bytes): Bytes {
  const length = 20 + options.length;
  const offset = fragment === undefined ? 0 : (fragment.offset / 8) | (fragment.more ? 0x2000 : 0);
  return [
    ...[0x40 | (length / 4), 0, ...be16(length + payload.length), ...be16(fragment?.id ?? 0), ...be16(offset)],
    ...[hopLimit, protocol, 0, 0],
    ...addressBytes(from).slice(12),
    ...addressBytes(to).slice(12),
    ...options,
    ...payload,
  ];
}

function ipv6(fields: IpFields, protocol: number, payload: Bytes): Bytes {
  const { from, to, options = [], firstHeader = protocol, hopLimit = 64 } = fields;
  return [
    ...[0x60, 0, 0, 0, ...be16(options.length + payload.length), firstHeader, hopLimit],
    ...addressBytes(from),
    ...addressBytes(to),
    ...options,
    ...payload,
  ];
}

function be16(value: number): Bytes {
  return [(value >> 8) & 0xff, value & 0xff];
}
