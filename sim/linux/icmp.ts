/** Echo requests and replies (RFC 792, RFC 4443 section 4) over raw sockets. */
import { isIPv4 } from 'node:net';
import { bind, close, receiveDatagram, open, sendDatagram } from './socket.ts';
import type { SocketOutcome } from './socket.ts';

export interface Echo {
  /** Tells one asker's echoes from another's; 16 bits. */
  readonly id: number;
  readonly sequence: number;
}

/** A raw ICMP socket of the family of `address`; it hears every ICMP message of its namespace. @throws SystemCallError: EPERM */
export function icmpSocket(address: string): number {
  return isIPv4(address)
    ? open(address, SOCK_RAW, IPPROTO_ICMP, 'ICMP')
    : open(address, SOCK_RAW, IPPROTO_ICMPV6, 'ICMPv6');
}

/**
 * A socket for the echoes of one asker (`id`), which the kernel picks out for it: an ordinary datagram socket to an event
 * loop. The group of this process must be in the namespace's net.ipv4.ping_group_range. @throws SystemCallError: EACCES
 */
export function echoSocket(address: string, id: number): number {
  const protocol = isIPv4(address) ? IPPROTO_ICMP : IPPROTO_ICMPV6;
  const fd = open(address, SOCK_DGRAM, protocol, 'ICMP echo');
  try {
    bind(fd, { address, port: id });
  } catch (error) {
    close(fd);
    throw error;
  }
  return fd;
}

/** The reply that an `echoSocket` has received; its bytes begin with the ICMP header in both families. */
export function readEchoReply(version: 4 | 6, message: Uint8Array): Echo | null {
  return decodeEcho(version, message, 0);
}

/** Sends an echo request with `payload`. @throws SystemCallError */
export function sendEcho(fd: number, to: string, echo: Echo, payload = new Uint8Array(0)): SocketOutcome {
  return sendDatagram(fd, encodeEcho(isIPv4(to) ? 4 : 6, echo, payload), { address: to, port: 0 });
}

/** The next echo reply that has arrived, other messages passed over; `pending` when there is none. @throws SystemCallError */
export function receiveEcho(fd: number): (Echo & { readonly from: string }) | SocketOutcome {
  for (;;) {
    const datagram = receiveDatagram(fd);
    if (typeof datagram === 'string') return datagram;
    const from = datagram.from.address;
    const echo = decodeEchoReply(isIPv4(from) ? 4 : 6, datagram.data);
    if (echo !== null) return { ...echo, from };
  }
}

/** An echo request's bytes. The checksum of ICMPv6 covers addresses and is the kernel's to fill in. */
export function encodeEcho(version: 4 | 6, { id, sequence }: Echo, payload: Uint8Array): Uint8Array {
  const message = Buffer.alloc(8 + payload.length);
  message.writeUInt8(version === 4 ? ECHO_REQUEST : ECHO_REQUEST_V6, 0);
  message.writeUInt16BE(id, 4);
  message.writeUInt16BE(sequence, 6);
  message.set(payload, 8);
  if (version === 4) message.writeUInt16BE(internetChecksum(message), 2);
  return message;
}

/** Null for what is no echo reply. Raw IPv4 sockets give the IP header along, IPv6 ones do not. */
export function decodeEchoReply(version: 4 | 6, packet: Uint8Array): Echo | null {
  return decodeEcho(version, packet, version === 4 ? ((packet[0] ?? 0) & 0xf) * 4 : 0);
}

function decodeEcho(version: 4 | 6, packet: Uint8Array, start: number): Echo | null {
  if (packet.length < start + 8) return null;
  if (packet[start] !== (version === 4 ? ECHO_REPLY : ECHO_REPLY_V6)) return null;
  const view = new DataView(packet.buffer, packet.byteOffset + start, 8);
  return { id: view.getUint16(4), sequence: view.getUint16(6) };
}

/** RFC 1071. */
export function internetChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += ((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

const SOCK_DGRAM = 2;
const SOCK_RAW = 3;
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;
const ECHO_REPLY = 0;
const ECHO_REQUEST = 8;
const ECHO_REQUEST_V6 = 128;
const ECHO_REPLY_V6 = 129;
