/**
 * Ranges of addresses as Spiderpool writes them: `172.51.0.100` or `172.51.0.100-172.51.0.108`, without spaces, in
 * order, of one IP version. Addresses are 128-bit numbers, IPv4 mapped, as in dataplane/policy/address.ts.
 */
import { isIP } from 'node:net';
import { formatAddress, parseAddress, type Cidr, type Family } from '../../../dataplane/policy/address.ts';

/** Both ends belong to it. */
export interface IpRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** All addresses of a CIDR. */
export function rangeOfCidr({ network, length }: Cidr): IpRange {
  return { first: network, last: network + (1n << BigInt(128 - length)) - 1n };
}

export function holds({ first, last }: IpRange, address: bigint): boolean {
  return first <= address && address <= last;
}

/** null where the text is no range of that IP version. */
export function parseIpRange(text: string, family: Family): IpRange | null {
  const ends = text.split('-');
  if (ends.length > 2 || !ends.every((end) => isIP(end) === family && !end.includes('%'))) return null;
  const [first = '', last = first] = ends;
  const range = { first: parseAddress(first), last: parseAddress(last) };
  return range.first > range.last ? null : range;
}

/** `a-b`, or `a` alone. */
export function formatIpRange({ first, last }: IpRange): string {
  return first === last ? formatAddress(first) : `${formatAddress(first)}-${formatAddress(last)}`;
}

/** The union, in ascending order, without touching or overlapping ranges. */
export function mergeRanges(ranges: readonly IpRange[]): IpRange[] {
  const merged: { first: bigint; last: bigint }[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous.last + 1n) merged.push({ first, last });
    else if (last > previous.last) previous.last = last;
  }
  return merged;
}

/** What is in `ranges` and in none of `excluded`; both merged before. */
export function subtractRanges(ranges: readonly IpRange[], excluded: readonly IpRange[]): IpRange[] {
  const rest: IpRange[] = [];
  let next = 0;
  for (const { first, last } of ranges) {
    let start = first;
    while (next < excluded.length && (excluded[next]?.last ?? 0n) < start) next++;
    for (let i = next; i < excluded.length; i++) {
      const hole = excluded[i];
      if (hole === undefined || hole.first > last) break;
      if (hole.first > start) rest.push({ first: start, last: hole.first - 1n });
      start = hole.last + 1n;
    }
    if (start <= last) rest.push({ first: start, last });
  }
  return rest;
}
