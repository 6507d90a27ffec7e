/** Whole frames out of an interface, as packet(7) sends them: nothing is added, and the kernel looks at no header. */
import { SystemCallError, check, lastErrno } from './errno.ts';
import * as libc from './libc.ts';

/**
 * A socket that sends and hears nothing (its protocol is 0). To be made inside `NetworkNamespace.run`.
 * @throws SystemCallError: EPERM; EAFNOSUPPORT where the kernel has none (module af_packet)
 */
export function packetSocket(): number {
  return check(libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), 'socket', 'open a packet socket');
}

/** PACKET_QDISC_BYPASS: its frames go to the driver at once, past the queueing discipline and what hangs on clsact. @throws SystemCallError */
export function bypassQueues(fd: number): void {
  const on = Buffer.alloc(4);
  on.writeInt32LE(1);
  const result = libc.setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, on, on.length);
  check(result, 'setsockopt', 'send frames past the queueing discipline');
}

/**
 * Sends one frame, from its Ethernet header on.
 * @returns false where a queue or a program behind the socket took it off (ENOBUFS): the frame left the socket all the same
 * @throws SystemCallError: EINVAL for less than an Ethernet header, EMSGSIZE for more than the MTU, ENETDOWN
 */
export function sendFrame(fd: number, ifindex: number, frame: Uint8Array): boolean {
  const address = linkAddress(ifindex, frame);
  if (libc.sendto(fd, frame, frame.length, 0, address, address.length) >= 0) return true;
  const errno = lastErrno();
  if (errno === ENOBUFS) return false;
  const attempted = `send a frame of ${frame.length} bytes out of interface ${ifindex}`;
  throw new SystemCallError({ syscall: 'sendto', errno, attempted });
}

/** `struct sockaddr_ll`: the EtherType is read off the frame. */
function linkAddress(ifindex: number, frame: Uint8Array): Uint8Array {
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.set(frame.subarray(12, 14), 2);
  address.writeInt32LE(ifindex, 4);
  address.writeUInt8(6, 11);
  address.set(frame.subarray(0, 6), 12);
  return address;
}

const AF_PACKET = 17;
const SOL_PACKET = 263;
const PACKET_QDISC_BYPASS = 20;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const ENOBUFS = 105;
