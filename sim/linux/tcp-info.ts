/** What a TCP socket knows of itself: TCP_INFO of tcp(7), `struct tcp_info` of include/uapi/linux/tcp.h. */
import { check } from './errno.ts';
import * as libc from './libc.ts';

export interface TcpInfo {
  /** Smoothed round trip. */
  readonly rttNs: number;
  /** Congestion window in segments. */
  readonly congestionWindow: number;
  /** Segments sent again since the connection began. */
  readonly retransmits: number;
  /** Payload bytes that were sent, each counted once. */
  readonly sentBytes: number;
  /** Payload bytes that the other side has acknowledged. */
  readonly ackedBytes: number;
  /** Segments whose acknowledgement carried an ECN echo. */
  readonly congestionMarks: number;
}

/** @throws SystemCallError */
export function tcpInfo(fd: number): TcpInfo {
  const length = new Uint8Array([SIZE, 0, 0, 0]);
  check(libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, memory, length), 'getsockopt', 'ask a TCP socket about itself');
  return {
    rttNs: view.getUint32(68, true) * 1000,
    congestionWindow: view.getUint32(80, true),
    retransmits: view.getUint32(100, true),
    sentBytes: u64(200) - u64(208),
    ackedBytes: u64(120),
    congestionMarks: view.getUint32(196, true),
  };
}

function u64(at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

const IPPROTO_TCP = 6;
const TCP_INFO = 11;
/** As of Linux 5.4; a later kernel's tail is left off. */
const SIZE = 232;
// One for all sockets: asking is synchronous.
const memory = new Uint8Array(SIZE);
const view = new DataView(memory.buffer);
