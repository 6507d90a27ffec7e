import { describe, expect, test } from 'vitest';
import { cidrContains, formatAddress, formatCidr, parseAddress, parseCidr } from './address.ts';

describe('addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['1::', '1::'],
    ['fe80:0:0:1::', 'fe80:0:0:1::'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ])('%s is written %s (RFC 5952)', (text, canonical) => {
    expect(formatAddress(parseAddress(text))).toBe(canonical);
  });

  test.each(['127.1', '10.0.0.256', 'fe80::1%eth0', '', 'a.b'])('%j is refused', (text) => {
    expect(() => parseAddress(text)).toThrow('not an IP address');
  });
});

describe('CIDRs', () => {
  test('lose their host bits', () => {
    expect(formatCidr(parseCidr('172.51.0.230/16'))).toBe('172.51.0.0/16');
    expect(formatCidr(parseCidr('fd00::17/120'))).toBe('fd00::/120');
  });

  test.each(['10.0.0.0', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/08', '10.0.0.0/'])('%j is refused', (text) => {
    expect(() => parseCidr(text)).toThrow(RangeError);
  });

  test('of one family never hold an address of the other', () => {
    expect(cidrContains(parseCidr('::/0'), parseAddress('10.0.0.1'))).toBe(false);
    expect(cidrContains(parseCidr('0.0.0.0/0'), parseAddress('fd00::1'))).toBe(false);
    expect(cidrContains(parseCidr('0.0.0.0/0'), parseAddress('10.0.0.1'))).toBe(true);
  });
});
