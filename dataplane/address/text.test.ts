import { expect, test } from 'vitest';
import { addressText, broadcastAddress, hasHostBits, maskedBytes, readAddress, readPrefix } from './text.ts';

test.each([
  ['172.51.0.1', '172.51.0.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['fd00:0:0:0:0:0:0:1', 'fd00::1'],
  ['FD00::00A1', 'fd00::a1'],
  ['::', '::'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  // A single group of zeros stays (RFC 5952, 4.2.2).
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
])('%s is written %s', (text, canonical) => {
  const bytes = readAddress(text);
  expect(bytes && addressText(bytes)).toBe(canonical);
});

test.each([
  '',
  '10.1',
  '010.0.0.1',
  '0x7f.0.0.1',
  '1.2.3.4.5',
  '10.0.0.256',
  'fe80::1%eth0',
  ':::',
  '1::2::3',
  'fd00::12345',
  ' 10.0.0.1',
])('`%s` is no address', (text) => expect(readAddress(text)).toBeNull());

test.each([
  '10.0.0.0',
  '10.0.0.0/',
  '10.0.0.0/08',
  '10.0.0.0/8/9',
  '10.0.0.0/33',
  '::/129',
  '/8',
  '10.0.0.0/+8',
  '10.0.0.0/8 ',
  '10.1/8',
])('`%s` is no CIDR', (text) => expect(readPrefix(text)).toBeNull());

test.each([
  ['172.51.0.230/16', '172.51.0.0', true],
  ['172.51.0.0/16', '172.51.0.0', false],
  ['172.51.0.230/0', '0.0.0.0', true],
  ['172.51.0.230/32', '172.51.0.230', false],
  ['fd00::1:2:3:4/66', 'fd00::', true],
  ['2001:db8:8000::/33', '2001:db8:8000::', false],
])('the network of %s is %s', (text, network, host) => {
  const prefix = readPrefix(text);
  expect(prefix && addressText(maskedBytes(prefix))).toBe(network);
  expect(prefix && hasHostBits(prefix)).toBe(host);
});

test.each([
  ['172.51.0.230/16', '172.51.255.255'],
  ['10.0.0.5/30', '10.0.0.7'],
  ['192.168.1.1/25', '192.168.1.127'],
  ['10.0.0.1/0', '255.255.255.255'],
  ['10.0.0.0/31', null],
  ['10.0.0.1/32', null],
  ['fd00::1/64', null],
])('all of %s hear at %s', (text, address) => {
  const prefix = readPrefix(text);
  expect(prefix && broadcastAddress(prefix)).toBe(address);
});
