import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressText } from '../../dataplane/address/text.ts';
import { parseIp, parsePrefix } from './ip-address.ts';

describe('an IP address', () => {
  it.each([
    ['172.51.0.1', [172, 51, 0, 1]],
    ['::', Array(16).fill(0)],
    ['::1', [...Array<number>(15).fill(0), 1]],
    ['fd00::7:1', [0xfd, 0, ...Array<number>(11).fill(0), 7, 0, 1]],
    ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
    ['::ffff:10.1.2.3', [...Array<number>(10).fill(0), 255, 255, 10, 1, 2, 3]],
    ['64:ff9b::192.0.2.33', [0, 0x64, 0xff, 0x9b, ...Array<number>(8).fill(0), 192, 0, 2, 33]],
  ])('%s is the bytes it says', (address, bytes) => {
    expect([...parseIp(address).bytes]).toEqual(bytes);
  });

  it('survives being written and read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(parseIp(addressText(bytes)).bytes).toEqual(bytes);
      }),
    );
    expect(addressText(parseIp('172.51.0.100').bytes)).toBe('172.51.0.100');
    expect(addressText(parseIp('fd00:0:0:0:0:0:0:1').bytes)).toBe('fd00::1');
  });

  it.each(['127.1', '', '1.2.3.256', 'fe80::1%eth0', ':::'])('%j is none', (address) => {
    expect(() => parseIp(address)).toThrow(RangeError);
  });
});

describe('a prefix', () => {
  it('without a length is the address alone', () => {
    expect(parsePrefix('10.0.0.1').length).toBe(32);
    expect(parsePrefix('fd00::1').length).toBe(128);
    expect(parsePrefix('172.51.0.100/16').length).toBe(16);
  });
  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', 'fd00::/129', '10.0.0.0/8/8', '10.0.0.0/ 8'])(
    '%j is none',
    (prefix) => {
      expect(() => parsePrefix(prefix)).toThrow(RangeError);
    },
  );
});
