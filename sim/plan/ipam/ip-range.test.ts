import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIpRange, mergeRanges, parseIpRange, subtractRanges, type IpRange } from './ip-range.ts';

describe('a range of addresses', () => {
  it('is one address, or two in order', () => {
    expect(formatIpRange(parseIpRange('172.51.0.100', 4)!)).toBe('172.51.0.100');
    expect(formatIpRange(parseIpRange('172.51.0.100-172.51.0.108', 4)!)).toBe('172.51.0.100-172.51.0.108');
    expect(formatIpRange(parseIpRange('fd00::0001-fd00::ff', 6)!)).toBe('fd00::1-fd00::ff');
  });

  it.each(['', '-', '172.51.0.100-', '172.51.0.9-172.51.0.1', '127.1', '1.1.1.1/24', 'fe80::1%eth0'])(
    'is not %j',
    (text) => {
      expect(parseIpRange(text, 4)).toBeNull();
      expect(parseIpRange(text, 6)).toBeNull();
    },
  );
});

const ranges = fc.array(
  fc
    .tuple(fc.nat(60), fc.nat(12))
    .map(([first, more]): IpRange => ({ first: BigInt(first), last: BigInt(first + more) })),
  { maxLength: 8 },
);
const members = (list: readonly IpRange[]) => {
  const set = new Set<bigint>();
  for (const { first, last } of list) for (let n = first; n <= last; n++) set.add(n);
  return [...set].sort((a, b) => Number(a - b));
};

describe('sets of ranges', () => {
  it('merge to the same addresses in disjoint ascending ranges', () => {
    fc.assert(
      fc.property(ranges, (list) => {
        const merged = mergeRanges(list);
        expect(members(merged)).toEqual(members(list));
        for (let i = 1; i < merged.length; i++) expect(merged[i]!.first > merged[i - 1]!.last + 1n).toBe(true);
      }),
    );
  });

  it('subtract address by address', () => {
    fc.assert(
      fc.property(ranges, ranges, (list, without) => {
        const gone = new Set(members(without));
        expect(members(subtractRanges(mergeRanges(list), mergeRanges(without)))).toEqual(
          members(list).filter((n) => !gone.has(n)),
        );
      }),
    );
  });
});
