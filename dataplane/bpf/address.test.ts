import { describe, expect, it } from 'vitest';
import { addressBytes, prefixBytes } from './address.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('an address in the maps', () => {
  it.each([
    ['172.51.0.100', '00000000000000000000ffffac330064'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['fd00::', 'fd000000000000000000000000000000'],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['fd00:1::a:b', 'fd0000010000000000000000000a000b'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
  ])('%s is %s', (text, bytes) => {
    expect(hex(addressBytes(text))).toBe(bytes);
  });

  it.each(['127.1', '', 'fd00::1%eth0', '1.2.3.4/32', 'host'])('%j is none', (text) => {
    expect(() => addressBytes(text)).toThrow(RangeError);
  });

  it('of IPv4 has prefixes 96 bits longer', () => {
    expect(prefixBytes('10.0.0.0/8').bits).toBe(104);
    expect(prefixBytes('0.0.0.0/0').bits).toBe(96);
    expect(prefixBytes('fd00::/8').bits).toBe(8);
    expect(prefixBytes('::/0').bits).toBe(0);
  });

  it.each(['10.0.0.1/8', 'fd00::1/64', '10.0.0.0/33', '10.0.0.0', '10.0.0.0/', '10.0.0.0/-1'])(
    '%s is no prefix of the map',
    (cidr) => {
      expect(() => prefixBytes(cidr)).toThrow(RangeError);
    },
  );
});
