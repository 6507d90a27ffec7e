import { describe, expect, it } from 'vitest';
import { FLAG, MessageWriter, readAcknowledgement, readAttributes, readMessages, text } from './netlink-message.ts';

describe('a netlink message', () => {
  // Taken with strace from `ip link add x type dummy`, mtu added by hand.
  it('is header, fixed structure and attributes padded to four bytes', () => {
    const message = new MessageWriter(16, FLAG.request | FLAG.ack, 7, new Uint8Array(16));
    message.string(3, 'x').u32(4, 1500);
    expect(Buffer.from(message.finish()).toString('hex')).toBe(
      ['30000000', '1000', '0500', '07000000', '00000000', '00'.repeat(16)].join('') +
        ['0600', '0300', '7800', '0000'].join('') +
        ['0800', '0400', 'dc050000'].join(''),
    );
  });

  it('gives a nest the length of what it holds, padding of the last attribute included', () => {
    const message = new MessageWriter(16, 0, 1, new Uint8Array(0));
    message.nested(18, () => {
      message.string(1, 'ifb');
      message.u8(2, 9);
    });
    const bytes = Buffer.from(message.finish());
    expect(bytes.readUInt16LE(16)).toBe(4 + 8 + 8);
    const inner = readAttributes(readAttributes(bytes.subarray(16)).get(18)!);
    expect(text(inner.get(1))).toBe('ifb');
    expect([...inner.get(2)!]).toEqual([9]);
  });

  it('grows beyond its first room without losing what was written', () => {
    const message = new MessageWriter(16, 0, 1, new Uint8Array(4));
    const long = new Uint8Array(5000).map((_, i) => i);
    message.u32(1, 0xfeedbeef).bytes(2, long);
    const attributes = readAttributes(Buffer.from(message.finish()).subarray(20));
    expect(attributes.get(1)?.readUInt32LE()).toBe(0xfeedbeef);
    expect(new Uint8Array(attributes.get(2)!)).toEqual(long);
  });

  it('reads several messages of one datagram', () => {
    const two = Buffer.concat([
      new MessageWriter(16, 0, 1, new Uint8Array(6)).finish(),
      new MessageWriter(17, 2, 2, new Uint8Array(0)).finish(),
    ]);
    expect([...readMessages(two)].map(({ type, sequence }) => [type, sequence])).toEqual([
      [16, 1],
      [17, 2],
    ]);
  });

  it('refuses a length that reaches beyond the datagram', () => {
    const bytes = Buffer.from(new MessageWriter(16, 0, 1, new Uint8Array(0)).finish());
    bytes.writeUInt32LE(64, 0);
    expect(() => [...readMessages(bytes)]).toThrow(/64 bytes at 0 of 16/);
    expect(() => readAttributes(Buffer.from([2, 0, 1, 0]))).toThrow(RangeError);
  });
});

describe('an acknowledgement', () => {
  const acknowledgement = (flags: number, errno: number, echoed: number, words: string | null) => {
    const payload = new MessageWriter(2, flags, 1, new Uint8Array(0));
    const fixed = Buffer.alloc(4 + echoed);
    fixed.writeInt32LE(-errno, 0);
    fixed.writeUInt32LE(echoed, 4);
    payload.raw(fixed);
    if (words !== null) payload.string(1, words);
    return [...readMessages(Buffer.from(payload.finish()))][0]!;
  };

  it('of success has errno 0', () => {
    expect(readAcknowledgement(acknowledgement(0x100, 0, 16, null))).toEqual({ errno: 0, words: null });
  });

  it("carries the kernel's words behind the capped header", () => {
    expect(readAcknowledgement(acknowledgement(0x300, 2, 16, 'Specified qdisc kind is unknown'))).toEqual({
      errno: 2,
      words: 'Specified qdisc kind is unknown',
    });
  });

  it("carries the kernel's words behind the whole request when that is echoed", () => {
    expect(readAcknowledgement(acknowledgement(0x200, 22, 52, 'Invalid MTU')).words).toBe('Invalid MTU');
  });
});
