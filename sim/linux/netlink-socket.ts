/** A netlink route socket: requests out, acknowledgements and dumps in, one after the other. */
import { SystemCallError, check, errnoName, lastErrno } from './errno.ts';
import * as libc from './libc.ts';
import { FLAG, MessageWriter, NLMSG_DONE, NLMSG_ERROR, readAcknowledgement, readMessages } from './netlink-message.ts';
import type { Message } from './netlink-message.ts';

export interface NetlinkRequest {
  readonly type: number;
  /** The type as linux/rtnetlink.h has it, for errors. */
  readonly name: string;
  /** `FLAG.create` and the like; request and acknowledgement are added. */
  readonly flags: number;
  readonly fixed: Uint8Array;
  readonly write?: (message: MessageWriter) => void;
  /** To follow "cannot". */
  readonly attempted: string;
  /** By errno name, what puts it right when this request fails so. */
  readonly remedies?: Readonly<Record<string, string>>;
}

export class NetlinkSocket implements Disposable {
  readonly #fd: number;
  #sequence = 0;
  #batched: { request: NetlinkRequest; bytes: Uint8Array; sequence: number }[] | null = null;
  #open = true;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** In the namespace the thread is in. @throws SystemCallError */
  static open(): NetlinkSocket {
    const fd = check(
      libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE),
      'socket',
      'open a netlink route socket',
    );
    const socket = new NetlinkSocket(fd);
    try {
      const on = new Uint8Array([1, 0, 0, 0]);
      for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK]) {
        check(libc.setsockopt(fd, SOL_NETLINK, option, on, 4), 'setsockopt', `set netlink option ${option}`);
      }
      // One acknowledgement of a long batch must not be lost to a full queue; the kernel caps what we may ask for.
      libc.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, new Uint8Array(new Uint32Array([1 << 20]).buffer), 4);
    } catch (error) {
      socket[Symbol.dispose]();
      throw error;
    }
    return socket;
  }

  /** Sends and waits for the acknowledgement; inside `batch`, puts by. @throws SystemCallError */
  request(request: NetlinkRequest): void {
    const sequence = this.#next();
    const bytes = encode(request, FLAG.ack, sequence);
    if (this.#batched !== null) {
      this.#batched.push({ request, bytes, sequence });
      return;
    }
    this.#send(bytes, request.attempted);
    this.#receive(sequence, request);
  }

  /** Sends what `work` requests in one piece, and waits for every acknowledgement. @throws SystemCallError the first refusal */
  batch(work: () => void): void {
    if (this.#batched !== null) {
      work();
      return;
    }
    this.#batched = [];
    let requests;
    try {
      work();
      requests = this.#batched;
    } finally {
      this.#batched = null;
    }
    for (let at = 0; at < requests.length; at += MOST_AT_ONCE) this.#flush(requests.slice(at, at + MOST_AT_ONCE));
  }

  /** Sends and collects the answers: one, or with `FLAG.dump` all there are. @throws SystemCallError */
  ask(request: NetlinkRequest): Message[] {
    if (this.#batched !== null)
      throw new Error(`cannot ${request.attempted} inside a batch: its requests are not sent yet`);
    const dump = request.flags === FLAG.dump;
    for (let attempt = 1; ; attempt++) {
      const sequence = this.#next();
      this.#send(encode(request, dump ? 0 : FLAG.ack, sequence), request.attempted);
      const { answers, interrupted } = this.#receive(sequence, request);
      // What was listed changed meanwhile: the list may have a hole.
      if (!interrupted || attempt === DUMP_ATTEMPTS) return answers;
    }
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    libc.close(this.#fd);
  }

  #next(): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  }

  #flush(requests: readonly { request: NetlinkRequest; bytes: Uint8Array; sequence: number }[]): void {
    const attempted = requests.map(({ request }) => request.attempted).join(', ');
    this.#send(Buffer.concat(requests.map(({ bytes }) => bytes)), attempted);
    const refusals: unknown[] = [];
    for (const { request, sequence } of requests) {
      try {
        this.#receive(sequence, request);
      } catch (error) {
        refusals.push(error);
      }
    }
    if (refusals.length > 0) throw refusals[0] as Error;
  }

  #send(bytes: Uint8Array, attempted: string): void {
    if (!this.#open) throw new Error(`cannot ${attempted}: this netlink socket has been disposed of`);
    check(libc.send(this.#fd, bytes, bytes.length, 0), 'send', attempted);
  }

  // Acknowledgements come in the order of the requests, but several may have come in one datagram.
  #queue: Message[] = [];

  #receive(sequence: number, request: NetlinkRequest): { answers: Message[]; interrupted: boolean } {
    const answers: Message[] = [];
    let interrupted = false;
    for (;;) {
      const message = this.#queue.shift() ?? this.#read(request);
      // An answer to a request that was given up on.
      if (message.sequence !== sequence) continue;
      interrupted ||= (message.flags & NLM_F_DUMP_INTR) !== 0;
      if (message.type === NLMSG_DONE) {
        const errno = message.payload.length >= 4 ? -message.payload.readInt32LE(0) : 0;
        if (errno > 0) throw refusal(request, errno, null);
        return { answers, interrupted };
      }
      if (message.type !== NLMSG_ERROR) {
        answers.push(message);
        continue;
      }
      const { errno, words } = readAcknowledgement(message);
      if (errno !== 0) throw refusal(request, errno, words);
      return { answers, interrupted };
    }
  }

  #read(request: NetlinkRequest): Message {
    for (;;) {
      const length = libc.recv(this.#fd, inbox, inbox.length, MSG_TRUNC);
      if (length < 0) {
        if (lastErrno() === EINTR) continue;
        check(length, 'recv', request.attempted);
      }
      if (length > inbox.length) throw new Error(`netlink answer of ${length} bytes does not fit ${inbox.length}`);
      // The next recv writes over the inbox.
      const [first, ...rest] = readMessages(Buffer.from(inbox.subarray(0, length)));
      if (first === undefined) continue;
      this.#queue.push(...rest);
      return first;
    }
  }
}

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_ROUTE = 0;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;
const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const MSG_TRUNC = 0x20;
const NLM_F_DUMP_INTR = 0x10;
const EINTR = 4;

const MOST_AT_ONCE = 64;
const DUMP_ATTEMPTS = 5;

// The kernel makes dump datagrams of at most 32 KiB. One inbox for all sockets: reading is synchronous.
const inbox = Buffer.alloc(65536);

function encode(request: NetlinkRequest, flags: number, sequence: number): Uint8Array {
  const message = new MessageWriter(request.type, FLAG.request | request.flags | flags, sequence, request.fixed);
  request.write?.(message);
  return message.finish();
}

function refusal(request: NetlinkRequest, errno: number, words: string | null): SystemCallError {
  const remedy = request.remedies?.[errnoName(errno)];
  return new SystemCallError({
    syscall: request.name,
    errno,
    attempted: request.attempted,
    ...(words === null ? {} : { detail: words }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}
