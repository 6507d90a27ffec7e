import { describe, expect, it } from 'vitest';
import { frameNames } from '../../manifest/scenario/frame-names.ts';
import { namedFrame } from './named-frame.ts';

const macs = { fromMac: Uint8Array.of(2, 0, 0, 0, 0, 1), toMac: Uint8Array.of(2, 0, 0, 0, 0, 2) };
const four = { from: '10.0.0.1', to: '10.0.0.2', ...macs };
const six = { from: 'fd00::1', to: 'fd00::2', ...macs };
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('a named frame', () => {
  it.each(frameNames)(
    '%s comes from the sender’s interface, and is one that an interface of MTU 1500 sends',
    (name) => {
      for (const ends of [four, six]) {
        const bytes = namedFrame(name, ends);
        expect(hex(bytes.subarray(6, 12))).toBe('020000000001');
        expect(hex(bytes.subarray(0, 6))).toBe(name === 'foreign-destination' ? 'ffffffffffff' : '020000000002');
        expect(bytes.length).toBeGreaterThan(14);
        expect(bytes.length).toBeLessThanOrEqual(1514);
      }
    },
  );

  it('is wrong in one thing: the rest is as in the datagram', () => {
    const good = namedFrame('datagram', four);
    const spoofed = namedFrame('spoofed-source', four);
    expect(hex(spoofed.subarray(26, 30))).toBe('c0000201');
    spoofed.set(good.subarray(26, 30), 26);
    expect(hex(spoofed)).toBe(hex(good));
    const short = namedFrame('bad-header-length', four);
    expect(short[14]).toBe(0x44);
    short.set(good.subarray(14, 15), 14);
    expect(hex(short)).toBe(hex(good));
  });

  it('says of itself what its name says', () => {
    expect(namedFrame('cut-arp', four)).toHaveLength(41);
    expect(namedFrame('cut-tcp', four)).toHaveLength(14 + 20 + 12);
    // 1480 / 8, and none to follow.
    expect(hex(namedFrame('later-fragment', four).subarray(20, 22))).toBe('00b9');
    const chain = namedFrame('seven-extension-headers', six);
    expect([20, 54, 62, 70, 78, 86, 94, 102].map((at) => chain[at])).toEqual([60, 60, 60, 60, 60, 60, 60, 17]);
  });
});
