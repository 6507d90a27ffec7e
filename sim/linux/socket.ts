/**
 * Sockets that never block, as file descriptors. Made inside `NetworkNamespace.run` they belong to that namespace and may
 * be used from anywhere afterwards. Network answers are words; everything else is a SystemCallError.
 */
import { SystemCallError, check, errnoName, lastErrno } from './errno.ts';
import { parseIp } from './ip-address.ts';
import * as libc from './libc.ts';
import { SOCKET_ADDRESS_SIZE, decodeSocketAddress, encodeSocketAddress } from './socket-address.ts';
import type { Endpoint } from './socket-address.ts';

/** How it stands with a connection, or went with a datagram. */
export type SocketOutcome =
  | 'connected'
  | 'pending'
  /** A reset, or an ICMP "port unreachable": the packet arrived and nobody listens. */
  | 'refused'
  | 'timeout'
  | 'unreachable'
  /** The kernel itself said no (EPERM, EACCES): netfilter or a local rule. */
  | 'denied'
  | 'reset';

export interface Datagram {
  readonly data: Uint8Array;
  readonly from: Endpoint;
}

type ConnectionProtocol = 'TCP' | 'SCTP';

/** Listens; `port` 0 takes a free one (ask `localEndpoint`). @throws SystemCallError: EADDRINUSE, EADDRNOTAVAIL */
export function tcpListen(address: string, port: number, backlog?: number): number {
  return listen('TCP', address, port, backlog);
}

/** The same for SCTP. @throws SystemCallError: EPROTONOSUPPORT where the kernel has none (module sctp). */
export function sctpListen(address: string, port: number, backlog?: number): number {
  return listen('SCTP', address, port, backlog);
}

/**
 * Begins to connect and comes back at once; poll for `write`, then ask `socketOutcome`. `prepare` sets what must be set before
 * the first packet.
 */
export function tcpConnectStart(
  to: Endpoint,
  from?: string,
  prepare?: (fd: number) => void,
): { readonly fd: number; readonly outcome: SocketOutcome } {
  return connectStart('TCP', to, from, prepare);
}

export function sctpConnectStart(
  to: Endpoint,
  from?: string,
): { readonly fd: number; readonly outcome: SocketOutcome } {
  return connectStart('SCTP', to, from);
}

/** A connection that waits to be accepted, or null. The accepted socket does not block either. @throws SystemCallError */
export function accept(listener: number): { readonly fd: number; readonly from: Endpoint } | null {
  const length = new Uint8Array([SOCKET_ADDRESS_SIZE, 0, 0, 0]);
  const from = new Uint8Array(SOCKET_ADDRESS_SIZE);
  const fd = libc.accept4(listener, from, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) return { fd, from: decodeSocketAddress(from) };
  // The other side may have gone again before it was accepted.
  if (['EAGAIN', 'ECONNABORTED'].includes(errnoName(lastErrno()))) return null;
  throw new SystemCallError({ syscall: 'accept4', errno: lastErrno(), attempted: 'accept a connection' });
}

/**
 * A UDP socket: bound to `local` when given, connected to `remote` when given (then it hears of refusals).
 * @param ends `shared`: others that say so too may be bound to the same end (SO_REUSEADDR); the kernel gives a datagram to the one
 * that is connected to its sender
 * @throws SystemCallError
 */
export function udpSocket(ends: {
  readonly local?: Endpoint;
  readonly remote?: Endpoint;
  readonly shared?: boolean;
  /** Sets what must be set before it is connected. */
  readonly prepare?: (fd: number) => void;
}): number {
  const named = ends.local ?? ends.remote;
  if (named === undefined) throw new RangeError('a UDP socket needs a local or a remote end to know its family');
  const fd = open(named.address, SOCK_DGRAM, IPPROTO_UDP, 'UDP');
  return guarded(fd, () => {
    if (ends.shared === true) reuseAddress(fd);
    if (ends.local !== undefined) bind(fd, ends.local);
    ends.prepare?.(fd);
    if (ends.remote !== undefined) {
      const address = encodeSocketAddress(ends.remote);
      check(libc.connect(fd, address, address.length), 'connect', `connect a UDP socket to ${words(ends.remote)}`);
    }
    return fd;
  });
}

/** Sends one datagram whole or not at all; on a connected socket `to` is left out. @throws SystemCallError for what is no network answer */
export function sendDatagram(fd: number, data: Uint8Array, to?: Endpoint): SocketOutcome {
  const address = to === undefined ? new Uint8Array(0) : encodeSocketAddress(to);
  const sent =
    to === undefined
      ? libc.send(fd, data, data.length, 0)
      : libc.sendto(fd, data, data.length, 0, address, address.length);
  return sent >= 0
    ? 'connected'
    : outcome(lastErrno(), 'sendto', `send ${data.length} bytes${to ? ` to ${words(to)}` : ''}`);
}

/** A datagram that has arrived; else a word: `pending` for nothing yet, `refused` for what ICMP reported. @throws SystemCallError */
export function receiveDatagram(fd: number): Datagram | SocketOutcome {
  const length = new Uint8Array([SOCKET_ADDRESS_SIZE, 0, 0, 0]);
  const from = new Uint8Array(SOCKET_ADDRESS_SIZE);
  const size = libc.recvfrom(fd, inbox, inbox.length, 0, from, length);
  if (size < 0) return outcome(lastErrno(), 'recvfrom', 'receive a datagram');
  return { data: inbox.slice(0, size), from: decodeSocketAddress(from) };
}

/**
 * Throws away what has arrived on a stream, without copying it (MSG_TRUNC, tcp(7)); how many bytes that were, 0 when nothing has or
 * when the other side ended. @throws SystemCallError
 */
export function discardArrived(fd: number): number {
  const size = libc.recv(fd, inbox, MOST_DISCARDED, MSG_TRUNC);
  if (size >= 0) return size;
  const errno = lastErrno();
  if (errnoName(errno) === 'EAGAIN') return 0;
  throw new SystemCallError({ syscall: 'recv', errno, attempted: 'throw away what has arrived' });
}

/** What has become of a connection that was begun (SO_ERROR, which forgets it by being asked). @throws SystemCallError */
export function socketOutcome(fd: number): SocketOutcome {
  const value = new Uint8Array(4);
  const length = new Uint8Array([4, 0, 0, 0]);
  check(libc.getsockopt(fd, SOL_SOCKET, SO_ERROR, value, length), 'getsockopt', 'ask what became of a connection');
  const errno = new DataView(value.buffer).getInt32(0, true);
  return errno === 0 ? 'connected' : outcome(errno, 'connect', 'connect');
}

/** The end that is ours, with the port the kernel chose. @throws SystemCallError */
export function localEndpoint(fd: number): Endpoint {
  const address = new Uint8Array(SOCKET_ADDRESS_SIZE);
  const length = new Uint8Array([SOCKET_ADDRESS_SIZE, 0, 0, 0]);
  check(libc.getsockname(fd, address, length), 'getsockname', 'ask for the local end of a socket');
  return decodeSocketAddress(address);
}

/** SO_MAX_PACING_RATE: fq sends this socket's packets no faster. Bits per second. @throws SystemCallError */
export function setMaxPacingRate(fd: number, rateBps: number): void {
  const rate = new Uint8Array(new BigUint64Array([BigInt(Math.round(rateBps / 8))]).buffer);
  check(
    libc.setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, rate, 8),
    'setsockopt',
    `pace a socket to ${rateBps} bit/s`,
  );
}

/** SO_MARK. @throws SystemCallError */
export function setMark(fd: number, mark: number): void {
  const value = new Uint8Array(new Uint32Array([mark]).buffer);
  check(libc.setsockopt(fd, SOL_SOCKET, SO_MARK, value, 4), 'setsockopt', `mark a socket ${mark}`);
}

export function close(fd: number): void {
  check(libc.close(fd), 'close', `close descriptor ${fd}`);
}

/** Closes with a reset in place of a farewell: no TIME_WAIT stays behind, which thousands of probes would fill tables with. */
export function closeWithReset(fd: number): void {
  // struct linger: on, for zero seconds.
  libc.setsockopt(fd, SOL_SOCKET, SO_LINGER, new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0]), 8);
  close(fd);
}

/** Opens, or says what is missing. @throws SystemCallError */
export function open(address: string, type: number, protocol: number, name: string): number {
  const fd = libc.socket(parseIp(address).family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (fd >= 0) return fd;
  const errno = lastErrno();
  const missing = { EPROTONOSUPPORT: `load module ${name.toLowerCase()}`, EAFNOSUPPORT: 'load module ipv6' };
  const remedy = Object.entries(missing).find(([code]) => code === errnoName(errno))?.[1];
  throw new SystemCallError({
    syscall: 'socket',
    errno,
    attempted: `open a ${name} socket`,
    ...(remedy === undefined ? {} : { remedy: `${remedy}, or choose another kernel` }),
  });
}

function listen(protocol: ConnectionProtocol, address: string, port: number, backlog = 128): number {
  const fd = open(address, SOCK_STREAM, PROTOCOLS[protocol], protocol);
  return guarded(fd, () => {
    reuseAddress(fd);
    bind(fd, { address, port });
    if (libc.listen(fd, backlog) < 0) {
      const errno = lastErrno();
      // SCTP signs its cookies when it listens, and the kernel would ask modprobe for the hash.
      const remedy = protocol === 'SCTP' && errnoName(errno) === 'ENOSYS' ? { remedy: 'load module hmac' } : {};
      throw new SystemCallError({
        syscall: 'listen',
        errno,
        attempted: `listen on ${words({ address, port })}`,
        ...remedy,
      });
    }
    return fd;
  });
}

function connectStart(
  protocol: ConnectionProtocol,
  to: Endpoint,
  from?: string,
  prepare?: (fd: number) => void,
): { fd: number; outcome: SocketOutcome } {
  const fd = open(to.address, SOCK_STREAM, PROTOCOLS[protocol], protocol);
  return guarded(fd, () => {
    prepare?.(fd);
    if (from !== undefined) bind(fd, { address: from, port: 0 });
    const address = encodeSocketAddress(to);
    if (libc.connect(fd, address, address.length) >= 0) return { fd, outcome: 'connected' };
    return { fd, outcome: outcome(lastErrno(), 'connect', `connect to ${words(to)}`) };
  });
}

function reuseAddress(fd: number): void {
  const on = new Uint8Array([1, 0, 0, 0]);
  check(libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, on, 4), 'setsockopt', 'set SO_REUSEADDR');
}

/** Gives a socket its own end. @throws SystemCallError: EADDRINUSE, EADDRNOTAVAIL */
export function bind(fd: number, end: Endpoint): void {
  const address = encodeSocketAddress(end);
  if (address.length === SOCKET_ADDRESS_SIZE) {
    // An IPv6 socket bound to :: would take the port of IPv4 with it.
    check(
      libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, new Uint8Array([1, 0, 0, 0]), 4),
      'setsockopt',
      'set IPV6_V6ONLY',
    );
  }
  check(libc.bind(fd, address, address.length), 'bind', `bind to ${words(end)}`);
}

/** Closes `fd` when what follows its opening fails. */
function guarded<T>(fd: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

const OUTCOMES: Readonly<Partial<Record<string, SocketOutcome>>> = {
  EINPROGRESS: 'pending',
  EALREADY: 'pending',
  EAGAIN: 'pending',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EACCES: 'denied',
  EPERM: 'denied',
};

function outcome(errno: number, syscall: string, attempted: string): SocketOutcome {
  const word = OUTCOMES[errnoName(errno)];
  if (word === undefined) throw new SystemCallError({ syscall, errno, attempted });
  return word;
}

function words({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_IPV6 = 41;
const IPPROTO_SCTP = 132;
const IPV6_V6ONLY = 26;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const MSG_TRUNC = 0x20;
/** Nothing is written to memory, so this bounds only how long one call may take. */
const MOST_DISCARDED = 1 << 28;
const SO_ERROR = 4;
const SO_LINGER = 13;
const SO_MARK = 36;
const SO_MAX_PACING_RATE = 47;
const PROTOCOLS: Readonly<Record<ConnectionProtocol, number>> = { TCP: IPPROTO_TCP, SCTP: IPPROTO_SCTP };

// A datagram is at most this long. One inbox for all sockets: reading is synchronous.
const inbox = new Uint8Array(65536);
