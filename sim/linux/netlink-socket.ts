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

interface Sent {
  readonly request: NetlinkRequest;
  readonly sequence: number;
}

export class NetlinkSocket implements Disposable {
  readonly #fd: number;
  #sequence = 0;
  #batched: Sent[] | null = null;
  #open = true;
  #strict = false;

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
      socket.#set(NETLINK_EXT_ACK, 'have the kernel explain refusals');
    } catch (error) {
      socket[Symbol.dispose]();
      throw error;
    }
    return socket;
  }

  /** Sends and waits for the acknowledgement; inside `batch`, puts by. @throws SystemCallError */
  request(request: NetlinkRequest): void {
    const sequence = this.#next();
    if (this.#batched !== null) {
      this.#batched.push({ request, sequence });
      return;
    }
    this.#send(encode(request, FLAG.ack, sequence), request.attempted);
    this.#receive([{ request, sequence }]);
  }

  /**
   * Sends what `work` requests in one piece, and waits for the last to be done: two system calls for all, which counts
   * where they are dear (in user-mode Linux one costs as much as a thousand instructions of ours).
   * @throws SystemCallError the first refusal; the kernel went on after it
   */
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
    if (!this.#strict) this.#set(NETLINK_GET_STRICT_CHK, 'have the kernel check what is asked of it');
    this.#strict = true;
    for (let attempt = 1; ; attempt++) {
      const sequence = this.#next();
      this.#send(encode(request, dump ? 0 : FLAG.ack, sequence), request.attempted);
      const { answers, interrupted } = this.#receive([{ request, sequence }]);
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

  #flush(sent: readonly Sent[]): void {
    // A refusal is always answered. Only the last need be asked to answer when all is well.
    const messages = sent.map(({ request, sequence }, i) =>
      encode(request, i === sent.length - 1 ? FLAG.ack : 0, sequence),
    );
    this.#send(Buffer.concat(messages), sent.map(({ request }) => request.attempted).join(', '));
    this.#receive(sent);
  }

  #set(option: number, attempted: string): void {
    const on = new Uint8Array([1, 0, 0, 0]);
    check(libc.setsockopt(this.#fd, SOL_NETLINK, option, on, on.length), 'setsockopt', attempted);
  }

  #send(bytes: Uint8Array, attempted: string): void {
    if (!this.#open) throw new Error(`cannot ${attempted}: this netlink socket has been disposed of`);
    check(libc.send(this.#fd, bytes, bytes.length, 0), 'send', attempted);
  }

  // Messages of a datagram that held more than was asked for.
  #queue: Message[] = [];

  /** Reads until the last of `sent` has been answered; throws the first refusal among them. */
  #receive(sent: readonly Sent[]): { answers: Message[]; interrupted: boolean } {
    const bySequence = new Map(sent.map(({ request, sequence }) => [sequence, request]));
    const last = sent[sent.length - 1];
    const answers: Message[] = [];
    const refusals: SystemCallError[] = [];
    let interrupted = false;
    for (let done = last === undefined; !done;) {
      const message = this.#queue.shift() ?? this.#read(last?.request.attempted ?? '');
      const request = bySequence.get(message.sequence);
      // An answer to a request that was given up on.
      if (request === undefined) continue;
      interrupted ||= (message.flags & NLM_F_DUMP_INTR) !== 0;
      if (message.type !== NLMSG_ERROR && message.type !== NLMSG_DONE) {
        answers.push(message);
        continue;
      }
      const { errno, words } = readAcknowledgement(message);
      if (errno !== 0) refusals.push(refusal(request, errno, words));
      done = message.sequence === last?.sequence;
    }
    if (refusals[0] !== undefined) throw refusals[0];
    return { answers, interrupted };
  }

  #read(attempted: string): Message {
    for (;;) {
      const length = libc.recv(this.#fd, inbox, inbox.length, MSG_TRUNC);
      if (length < 0) {
        if (lastErrno() === EINTR) continue;
        check(length, 'recv', attempted);
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
const NETLINK_EXT_ACK = 11;
const NETLINK_GET_STRICT_CHK = 12;
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
