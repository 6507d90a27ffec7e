/** What a sender or receiver of traffic asks of its socket (socket(7), tcp(7)). Every function throws SystemCallError. */
import { SystemCallError, check, errnoName, lastErrno } from './errno.ts';
import { AF_INET, parseIp } from './ip-address.ts';
import * as libc from './libc.ts';

/**
 * SO_TXTIME on CLOCK_MONOTONIC: each datagram may carry its departure time, which fq holds it back to. Linux 4.19.
 * A queue that knows no times sends at once.
 */
export function enableDepartureTimes(fd: number): void {
  // struct sock_txtime: clockid, flags.
  set(fd, SOL_SOCKET, SO_TXTIME, words(CLOCK_MONOTONIC, 0), 'give datagrams departure times');
}

/** SO_SNDBUFFORCE: not held to net.core.wmem_max. The kernel doubles it for its own bookkeeping. */
export function setSendBuffer(fd: number, bytes: number): void {
  set(fd, SOL_SOCKET, SO_SNDBUFFORCE, words(bytes), `give a socket a send buffer of ${bytes} bytes`);
}

/** SO_RCVBUFFORCE: not held to net.core.rmem_max. */
export function setReceiveBuffer(fd: number, bytes: number): void {
  set(fd, SOL_SOCKET, SO_RCVBUFFORCE, words(bytes), `give a socket a receive buffer of ${bytes} bytes`);
}

/**
 * SO_RCVLOWAT: the reader is woken when so much has arrived, and until then TCP acknowledges at once though nobody reads
 * (__tcp_ack_snd_check in net/ipv4/tcp_input.c). The kernel takes at most half of the receive buffer.
 */
export function setReceiveLowWater(fd: number, bytes: number): void {
  set(fd, SOL_SOCKET, SO_RCVLOWAT, words(bytes), `wake the reader of a socket at ${bytes} bytes`);
}

/** IP_BIND_ADDRESS_NO_PORT: a port is taken when it is connected, and others may have the same to another end (ip(7)). Of IPv6 too. */
export function setBindWithoutPort(fd: number): void {
  set(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, words(1), 'leave the port of a socket to its connection');
}

/** TCP_CONGESTION, before the connection is begun: `cubic`, `reno`, `bbr`. */
export function setCongestionControl(fd: number, name: string): void {
  const value = Buffer.from(name, 'latin1');
  if (libc.setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, value, value.length) >= 0) return;
  const errno = lastErrno();
  const remedy = errnoName(errno) === 'ENOENT' ? { remedy: `this kernel has none: load module tcp_${name}` } : {};
  throw new SystemCallError({ syscall: 'setsockopt', errno, attempted: `use congestion control ${name}`, ...remedy });
}

/** SO_BROADCAST: may send to broadcast addresses (socket(7)). */
export function allowBroadcast(fd: number): void {
  set(fd, SOL_SOCKET, SO_BROADCAST, words(1), 'let a socket send to broadcast addresses');
}

/**
 * What is sent to a multicast group leaves by this interface (IP_MULTICAST_IF of ip(7), IPV6_MULTICAST_IF of ipv6(7)), whatever the routes say.
 * @param family of the socket
 */
export function sendGroupsBy(fd: number, family: 4 | 6, ifindex: number): void {
  const attempted = 'choose the interface by which groups are sent to';
  // struct ip_mreqn: group, address, ifindex.
  if (family === 4) set(fd, IPPROTO_IP, IP_MULTICAST_IF, words(0, 0, ifindex), attempted);
  else set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, words(ifindex), attempted);
}

/** Joins a multicast group at an interface, until the socket is closed (IP_ADD_MEMBERSHIP, IPV6_ADD_MEMBERSHIP). */
export function joinGroup(fd: number, group: string, ifindex: number): void {
  const { family, bytes } = parseIp(group);
  const attempted = `join ${group}`;
  // struct ip_mreqn as above; struct ipv6_mreq: group, ifindex.
  const tail = family === AF_INET ? words(0, ifindex) : words(ifindex);
  const value = new Uint8Array([...bytes, ...tail]);
  if (family === AF_INET) set(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, value, attempted);
  else set(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, value, attempted);
}

function set(fd: number, level: number, name: number, value: Uint8Array, attempted: string): void {
  check(libc.setsockopt(fd, level, name, value, value.length), 'setsockopt', attempted);
}

function words(...values: number[]): Uint8Array {
  return new Uint8Array(new Int32Array(values).buffer);
}

const SOL_SOCKET = 1;
const SO_BROADCAST = 6;
const SO_RCVLOWAT = 18;
const SO_SNDBUFFORCE = 32;
const SO_RCVBUFFORCE = 33;
const SO_TXTIME = 61;
const CLOCK_MONOTONIC = 1;
const IPPROTO_IP = 0;
const IP_BIND_ADDRESS_NO_PORT = 24;
const IP_MULTICAST_IF = 32;
const IP_ADD_MEMBERSHIP = 35;
const IPPROTO_IPV6 = 41;
const IPV6_MULTICAST_IF = 17;
const IPV6_ADD_MEMBERSHIP = 20;
const IPPROTO_TCP = 6;
const TCP_CONGESTION = 13;
