/**
 * The netlink wire format (netlink(7), linux/netlink.h): messages of a header, a fixed structure and attributes,
 * in the machine's own byte order, which is little-endian everywhere this project runs.
 */

/** Header flags, `NLM_F_*`. */
export const FLAG = {
  request: 0x1,
  multi: 0x2,
  ack: 0x4,
  dump: 0x300,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  append: 0x800,
} as const;

const HEADER_SIZE = 16;
/** Message types below NLMSG_MIN_TYPE. */
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;

/** A message being written. Room grows as needed; everything is padded to four bytes as the format asks. */
export class MessageWriter {
  #bytes = Buffer.alloc(1024);
  #length = HEADER_SIZE;

  /** Starts with `fixed`, the structure that the message type asks for (`ifinfomsg`, `tcmsg`, ...). */
  constructor(type: number, flags: number, sequence: number, fixed: Uint8Array) {
    this.#bytes.writeUInt16LE(type, 4);
    this.#bytes.writeUInt16LE(flags, 6);
    this.#bytes.writeUInt32LE(sequence, 8);
    this.raw(fixed);
  }

  /** Bytes without an attribute header of their own: structures that some options begin with. */
  raw(bytes: Uint8Array): this {
    const at = this.#claim(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  bytes(type: number, value: Uint8Array): this {
    const at = this.#header(type, value.length);
    this.#bytes.set(value, at);
    return this;
  }

  u8(type: number, value: number): this {
    const at = this.#header(type, 1);
    this.#bytes.writeUInt8(value, at);
    return this;
  }

  u16(type: number, value: number): this {
    const at = this.#header(type, 2);
    this.#bytes.writeUInt16LE(value, at);
    return this;
  }

  u32(type: number, value: number): this {
    const at = this.#header(type, 4);
    this.#bytes.writeUInt32LE(value, at);
    return this;
  }

  u64(type: number, value: bigint): this {
    const at = this.#header(type, 8);
    this.#bytes.writeBigUInt64LE(value, at);
    return this;
  }

  /** With the terminating zero. */
  string(type: number, value: string): this {
    return this.bytes(type, Buffer.from(`${value}\0`));
  }

  /** An attribute that holds what `fill` writes. `flagged` sets NLA_F_NESTED, which old attributes do without. */
  nested(type: number, fill: () => void, flagged = false): this {
    const start = this.#length;
    this.#header(flagged ? type | NLA_F_NESTED : type, 0);
    fill();
    this.#bytes.writeUInt16LE(this.#length - start, start);
    return this;
  }

  /** The finished message, its length filled in. */
  finish(): Uint8Array {
    this.#bytes.writeUInt32LE(this.#length, 0);
    return this.#bytes.subarray(0, this.#length);
  }

  #header(type: number, size: number): number {
    const at = this.#claim(4 + size);
    this.#bytes.writeUInt16LE(4 + size, at);
    this.#bytes.writeUInt16LE(type, at + 2);
    return at + 4;
  }

  #claim(size: number): number {
    const at = this.#length;
    this.#length += align(size);
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.#length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return at;
  }
}

export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** Behind the header. */
  readonly payload: Buffer;
}

/** Cuts what one `recv` gave into messages. @throws RangeError on a length that cannot be. */
export function* readMessages(bytes: Buffer): Generator<Message> {
  for (let at = 0; at + HEADER_SIZE <= bytes.length;) {
    const length = bytes.readUInt32LE(at);
    if (length < HEADER_SIZE || at + length > bytes.length) {
      throw new RangeError(`netlink message of ${length} bytes at ${at} of ${bytes.length}`);
    }
    yield {
      type: bytes.readUInt16LE(at + 4),
      flags: bytes.readUInt16LE(at + 6),
      sequence: bytes.readUInt32LE(at + 8),
      payload: bytes.subarray(at + HEADER_SIZE, at + length),
    };
    at += align(length);
  }
}

/** Attributes by type, each its payload; the last of a type wins. @throws RangeError on a length that cannot be. */
export function readAttributes(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const attributes = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > bytes.length) {
      throw new RangeError(`netlink attribute of ${length} bytes at ${at} of ${bytes.length}`);
    }
    attributes.set(bytes.readUInt16LE(at + 2) & NLA_TYPE_MASK, bytes.subarray(at + 4, at + length));
    at += align(length);
  }
  return attributes;
}

/** What an attribute says as text, without its terminating zero; empty when it is not there. */
export function text(attribute: Buffer | undefined): string {
  return attribute?.toString('utf8').replace(/\0.*$/s, '') ?? '';
}

export interface Acknowledgement {
  /** 0, or an errno. */
  readonly errno: number;
  /** The kernel's own words (NLMSGERR_ATTR_MSG), where it has any. */
  readonly words: string | null;
}

const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;

/** Reads an NLMSG_ERROR (an errno, 0 for success, the header it answers, the extended acknowledgement) or an NLMSG_DONE. */
export function readAcknowledgement(message: Message): Acknowledgement {
  if (message.type === NLMSG_DONE && message.payload.length < 4) return { errno: 0, words: null };
  const errno = Math.abs(message.payload.readInt32LE(0));
  if ((message.flags & NLM_F_ACK_TLVS) === 0) return { errno, words: null };
  const attributes = readAttributes(message.payload.subarray(4 + echoedSize(message)));
  return { errno, words: text(attributes.get(NLMSGERR_ATTR_MSG)) || null };
}

// An error repeats the request, all of it or capped to its header; success repeats the header alone; a dump's end nothing.
function echoedSize(message: Message): number {
  if (message.type === NLMSG_DONE) return 0;
  const capped = (message.flags & NLM_F_CAPPED) !== 0;
  return capped ? HEADER_SIZE : align(message.payload.readUInt32LE(4));
}

function align(size: number): number {
  return (size + 3) & ~3;
}
