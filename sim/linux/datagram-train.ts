/**
 * UDP datagrams by the batch: many to a system call (sendmmsg(2), recvmmsg(2)), each with its own departure time
 * (SO_TXTIME, SCM_TXTIME of socket(7); Linux 4.19), each numbered and stamped in its payload.
 *
 * Payload: sequence number (u64, little endian), departure in nanoseconds of CLOCK_MONOTONIC (u64), then zeros. A payload
 * shorter than that is cut off, and tells less.
 */
import { errnoName, lastErrno } from './errno.ts';
import { SystemCallError } from './errno.ts';
import * as libc from './libc.ts';

/** What `send` came to; `full`: the socket's buffer takes no more for now; `too large`: a router told so of one that was sent before. */
export interface TrainSent {
  readonly sent: number;
  readonly outcome: 'sent' | 'full' | 'too large' | 'refused' | 'unreachable' | 'denied';
}

/** Fills a batch and sends it over a connected socket. */
export class DatagramTrain {
  /** Datagrams a batch holds. */
  readonly capacity: number;
  readonly #fd: number;
  readonly #messages: Uint8Array;
  /** Stamps and departure times as pairs of 32-bit words: a BigInt a datagram would cost more than the system call. */
  readonly #words: Uint32Array;
  readonly #stampAt: number;
  readonly #departureAt: number;

  /** `timed`: the socket has SO_TXTIME on (`enableDepartureTimes`), and a queue that heeds it. */
  constructor(fd: number, datagramBytes: number, capacity: number, timed: boolean) {
    this.#fd = fd;
    this.capacity = capacity;
    const stampBytes = Math.min(STAMP_SIZE, datagramBytes);
    const fillBytes = datagramBytes - stampBytes;
    const vectorsAt = capacity * MESSAGE_SIZE;
    const controlAt = vectorsAt + capacity * 2 * VECTOR_SIZE;
    const stampAt = controlAt + capacity * CONTROL_SIZE;
    const fillAt = stampAt + capacity * STAMP_SIZE;
    const memory = new ArrayBuffer(fillAt + Math.ceil(fillBytes / 8) * 8);
    const base = libc.addressOf(memory);
    const view = new DataView(memory);
    for (let i = 0; i < capacity; i++) {
      const vectors = vectorsAt + i * 2 * VECTOR_SIZE;
      writeVector(view, vectors, base + BigInt(stampAt + i * STAMP_SIZE), stampBytes);
      writeVector(view, vectors + VECTOR_SIZE, base + BigInt(fillAt), fillBytes);
      const control = controlAt + i * CONTROL_SIZE;
      writeMessage(view, i * MESSAGE_SIZE, {
        vectors: base + BigInt(vectors),
        count: fillBytes > 0 ? 2 : 1,
        control: timed ? base + BigInt(control) : null,
      });
      // struct cmsghdr: length, level, type; then the time.
      view.setBigUint64(control, 24n, true);
      view.setInt32(control + 8, SOL_SOCKET, true);
      view.setInt32(control + 12, SCM_TXTIME, true);
    }
    this.#messages = new Uint8Array(memory, 0, capacity * MESSAGE_SIZE);
    this.#words = new Uint32Array(memory);
    this.#stampAt = stampAt / 4;
    this.#departureAt = (controlAt + 16) / 4;
  }

  /** The datagram at `index` of the batch: its number, and when it is to leave (nanoseconds of CLOCK_MONOTONIC). */
  set(index: number, sequence: number, departureNs: number): void {
    const words = this.#words;
    const stamp = this.#stampAt + index * (STAMP_SIZE / 4);
    const low = departureNs % WORD;
    const high = Math.floor(departureNs / WORD);
    words[stamp] = sequence % WORD;
    words[stamp + 1] = Math.floor(sequence / WORD);
    words[stamp + 2] = low;
    words[stamp + 3] = high;
    const departure = this.#departureAt + index * (CONTROL_SIZE / 4);
    words[departure] = low;
    words[departure + 1] = high;
  }

  /** Sends the first `count` of the batch, in order, as many as the socket takes. @throws SystemCallError */
  send(count: number): TrainSent {
    const sent = libc.sendmmsg(this.#fd, this.#messages, count, 0);
    if (sent >= 0) return { sent, outcome: sent === count ? 'sent' : 'full' };
    const errno = lastErrno();
    const outcome = REFUSALS[errnoName(errno)];
    if (outcome === undefined) throw new SystemCallError({ syscall: 'sendmmsg', errno, attempted: 'send datagrams' });
    return { sent: 0, outcome };
  }
}

/** Hears of one datagram: its number and departure (null where the payload was too short to hold them), and payload bytes. */
export type HearDatagram = (sequence: number | null, departureNs: number | null, bytes: number) => void;

/** Takes what has arrived, by batches; of each payload only the stamp is copied out of the kernel. */
export class DatagramInbox {
  readonly #messages: Uint8Array;
  readonly #view: DataView;
  readonly #capacity: number;

  constructor(capacity = 256) {
    const vectorsAt = capacity * MESSAGE_SIZE;
    const stampAt = vectorsAt + capacity * VECTOR_SIZE;
    const memory = new ArrayBuffer(stampAt + capacity * STAMP_SIZE);
    const base = libc.addressOf(memory);
    const view = new DataView(memory);
    for (let i = 0; i < capacity; i++) {
      writeVector(view, vectorsAt + i * VECTOR_SIZE, base + BigInt(stampAt + i * STAMP_SIZE), STAMP_SIZE);
      const vectors = base + BigInt(vectorsAt + i * VECTOR_SIZE);
      writeMessage(view, i * MESSAGE_SIZE, { vectors, count: 1, control: null });
    }
    this.#messages = new Uint8Array(memory, 0, capacity * MESSAGE_SIZE);
    this.#view = view;
    this.#capacity = capacity;
  }

  /** All that waits on `fd`, in order of arrival. @returns how many @throws SystemCallError */
  receive(fd: number, hear: HearDatagram): number {
    for (let total = 0; ;) {
      // MSG_TRUNC: say how long a datagram was, not how much of it was copied.
      const count = libc.recvmmsg(fd, this.#messages, this.#capacity, MSG_DONTWAIT | MSG_TRUNC, null);
      if (count < 0) {
        const errno = lastErrno();
        // A refusal belongs to a datagram that was sent from here, and nothing is.
        if (['EAGAIN', 'EINTR', 'ECONNREFUSED'].includes(errnoName(errno))) return total;
        throw new SystemCallError({ syscall: 'recvmmsg', errno, attempted: 'receive datagrams' });
      }
      for (let i = 0; i < count; i++) this.#hear(i, hear);
      total += count;
      if (count < this.#capacity) return total;
    }
  }

  #hear(index: number, hear: HearDatagram): void {
    const bytes = this.#view.getUint32(index * MESSAGE_SIZE + MESSAGE_LENGTH, true);
    const stamp = this.#capacity * (MESSAGE_SIZE + VECTOR_SIZE) + index * STAMP_SIZE;
    if (bytes < STAMP_SIZE) hear(null, null, bytes);
    else hear(this.#number(stamp), this.#number(stamp + 8), bytes);
  }

  #number(at: number): number {
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * WORD;
  }
}

/** The stamp of a payload that was received by other means; null when it is too short. */
export function readStamp(payload: Uint8Array): { readonly sequence: number; readonly departureNs: number } | null {
  if (payload.length < STAMP_SIZE) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, STAMP_SIZE);
  const number = (at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * WORD;
  return { sequence: number(0), departureNs: number(8) };
}

interface MessageParts {
  readonly vectors: bigint;
  readonly count: number;
  readonly control: bigint | null;
}

/** `struct mmsghdr` of a connected socket: no address. */
function writeMessage(view: DataView, at: number, { vectors, count, control }: MessageParts): void {
  view.setBigUint64(at + 16, vectors, true);
  view.setBigUint64(at + 24, BigInt(count), true);
  view.setBigUint64(at + 32, control ?? 0n, true);
  view.setBigUint64(at + 40, control === null ? 0n : BigInt(CONTROL_SIZE), true);
}

/** `struct iovec`. */
function writeVector(view: DataView, at: number, address: bigint, bytes: number): void {
  view.setBigUint64(at, address, true);
  view.setBigUint64(at + 8, BigInt(bytes), true);
}

const REFUSALS: Readonly<Partial<Record<string, TrainSent['outcome']>>> = {
  EAGAIN: 'full',
  ENOBUFS: 'full',
  EINTR: 'full',
  // Once, of a connected socket (ip_icmp_error, net/ipv4/udp.c); the next call cuts the datagram up.
  EMSGSIZE: 'too large',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EPERM: 'denied',
  EACCES: 'denied',
};

const WORD = 2 ** 32;
const STAMP_SIZE = 16;
/** sizeof(struct mmsghdr): msghdr of 56 bytes, its length, padding; 64-bit machines. */
const MESSAGE_SIZE = 64;
const MESSAGE_LENGTH = 56;
const VECTOR_SIZE = 16;
/** CMSG_SPACE(8). */
const CONTROL_SIZE = 24;
const SOL_SOCKET = 1;
const SCM_TXTIME = 61;
const MSG_TRUNC = 0x20;
const MSG_DONTWAIT = 0x40;
