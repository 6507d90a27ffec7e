import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalCidr, cidrProblem, isMapped, isStrictSubset, withoutLeadingZeros } from './cidr.ts';
import { hasHostBits, readPrefix } from '../../../dataplane/address/text.ts';

const cidr = (text: string) => readPrefix(text)!;

test.each(['10.0.0.0/8', '172.51.0.230/16', '0.0.0.0/0', '::/0', 'fd00::1/64', '::ffff:10.0.0.1/128'])(
  '%s is a CIDR',
  (text) => {
    expect(readPrefix(text)).not.toBeNull();
  },
);

test.each([
  '10.0.0.0',
  '10.0.0/8',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/08',
  'fd00::/129',
  '10.0.0.256/8',
  'a/8',
  '127.1/8',
  ' 10.0.0.0/8',
  'fe80::1%eth0/64',
  '',
])('%j is none', (text) => {
  expect(readPrefix(text)).toBeNull();
});

test.each([
  ['172.51.0.230/16', '172.51.0.0/16'],
  ['255.255.255.255/25', '255.255.255.128/25'],
  ['10.1.2.3/0', '0.0.0.0/0'],
  ['2001:db8:0:0:1::1/64', '2001:db8::/64'],
  ['2001:db8::ff00:42:8329/119', '2001:db8::ff00:42:8200/119'],
  ['fd00:0:0:1:0:0:0:1/128', 'fd00:0:0:1::1/128'],
])('%s means %s', (text, canonical) => {
  expect(canonicalCidr(cidr(text))).toBe(canonical);
  expect(hasHostBits(cidr(canonical))).toBe(false);
});

test.each([
  ['10.1.0.0/16', '10.0.0.0/8', true],
  ['10.0.0.0/8', '10.0.0.0/8', false],
  ['10.0.0.0/8', '10.1.0.0/16', false],
  ['11.0.0.0/16', '10.0.0.0/8', false],
  ['fd00::/64', '10.0.0.0/8', false],
  ['fd00:0:0:1::/64', 'fd00::/32', true],
])('%s is a strict subset of %s: %s', (inner, outer, answer) => {
  expect(isStrictSubset(cidr(inner), cidr(outer))).toBe(answer);
});

test.each([
  ['::ffff:10.0.0.0/104', true],
  ['::FFFF:a00:0/104', true],
  ['0:0:0:0:0:ffff:0a00:0001/128', true],
  ['::ffff:0:0/96', true],
  ['::fffe:10.0.0.0/104', false],
  ['1::ffff:10.0.0.0/104', false],
  ['::ffff/128', false],
  ['::/0', false],
  ['10.0.0.0/8', false],
])('%s is IPv4-mapped: %s', (text, answer) => {
  expect(isMapped(cidr(text))).toBe(answer);
});

test.each([
  ['010.244.0.0/16', '10.244.0.0/16'],
  ['10.0.0.0/08', '10.0.0.0/8'],
  ['10.0.0.01-10.0.0.09', '10.0.0.1-10.0.0.9'],
  ['fd00::/064', 'fd00::/64'],
  ['fd00:0abc::/64', null],
  ['10.0.0.0/8', null],
  ['0.0.0.0/0', null],
  ['web-01', null],
])('%s without leading zeros: %s', (text, plain) => {
  expect(withoutLeadingZeros(text)).toBe(plain);
});

test.each([
  ['010.244.0.0/16', 'has leading zeros', 'write `10.244.0.0/16`'],
  ['10.0.0.1', 'has no prefix length', 'write `10.0.0.1/32`'],
  ['10.0.0.0/33', 'has a prefix length above 32', 'write 0 to 32'],
  ['010.0.0.0/33', 'is not a CIDR', 'write an address'],
  ['web', 'is not a CIDR', 'write an address'],
])('%s %s', (text, what, help) => {
  const problem = cidrProblem(text);
  expect(problem?.what).toContain(what);
  expect(problem?.help).toContain(help);
});

test('the canonical form of a canonical form is itself', () => {
  const text = fc.oneof(
    fc.tuple(fc.ipV4(), fc.nat(32)).map(([a, b]) => `${a}/${b}`),
    fc.tuple(fc.ipV6(), fc.nat(128)).map(([a, b]) => `${a}/${b}`),
  );
  fc.assert(
    fc.property(text, (written) => {
      const canonical = canonicalCidr(cidr(written));
      expect(canonicalCidr(cidr(canonical))).toBe(canonical);
      expect(hasHostBits(cidr(canonical))).toBe(false);
      if (!hasHostBits(cidr(written))) expect(isStrictSubset(cidr(canonical), cidr(written))).toBe(false);
    }),
  );
});
