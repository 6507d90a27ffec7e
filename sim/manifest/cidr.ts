/** CIDR text as the API server reads it (Go's net.ParseCIDR): strict dotted quads, RFC 4291 text for IPv6. */
import { BlockList, isIP } from 'node:net';
import type { TextProblem } from './check-schema.ts';

export interface Cidr {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly bits: number;
}

/** null when the text is no CIDR. Host bits may be set. */
export function parseCidr(text: string): Cidr | null {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] ?? '';
  const version = isIP(address);
  const bits = Number(match?.[2]);
  if (version === 0 || /^0\d/.test(match?.[2] ?? '') || bits > (version === 4 ? 32 : 128)) return null;
  return { address, family: version === 4 ? 'ipv4' : 'ipv6', bits };
}

/**
 * An address, CIDR or range without the zeros before its decimal numbers, which are what every reader of 1.36 refuses; null where
 * there are none. Those of IPv6 groups are no mistake.
 */
export function withoutLeadingZeros(text: string): string | null {
  const numbers = text.includes(':') ? /(\/)0+(?=\d)/g : /(^|[./-])0+(?=\d)/g;
  const plain = text.replace(numbers, '$1');
  return plain === text || !/^[\d.]+([/-][\d.]+)?$|:/.test(text) ? null : plain;
}

/** What is wrong with the text of a CIDR; null: nothing. */
export function cidrProblem(text: string): TextProblem | null {
  if (parseCidr(text) !== null) return null;
  const plain = withoutLeadingZeros(text);
  if (plain !== null && parseCidr(plain) !== null) {
    return {
      what: 'has leading zeros, which are refused since some programs count such numbers in eights',
      help: `write \`${plain}\``,
    };
  }
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  if (version !== 0 && length === undefined) {
    return { what: 'has no prefix length', help: `write \`${text}/${most}\` for this address alone` };
  }
  if (version !== 0 && /^\d+$/.test(length ?? '') && more.length === 0) {
    return { what: `has a prefix length above ${most}`, help: `write 0 to ${most} behind the slash` };
  }
  return { what: 'is not a CIDR', help: CIDR_HELP };
}

const CIDR_HELP = 'write an address and a prefix length, as in 10.9.8.0/24 or 2001:db8::/64';

/** Whether the address is IPv4 written as IPv6 (RFC 4291, 2.5.5.2): `::ffff:10.0.0.0/104`, in any spelling. */
export function isMapped({ address, family }: Cidr): boolean {
  if (family === 'ipv4') return false;
  return groupsOf(address)
    .slice(0, 6)
    .every((group, i) => group === (i === 5 ? 0xffff : 0));
}

/** Whether `inner` lies in `outer` and is smaller than it, as `except` must. */
export function isStrictSubset(inner: Cidr, outer: Cidr): boolean {
  if (inner.family !== outer.family || inner.bits <= outer.bits) return false;
  const block = new BlockList();
  block.addSubnet(outer.address, outer.bits, outer.family);
  return block.check(inner.address, inner.family);
}

/** The CIDR with its host bits cleared: `172.51.0.230/16` -> `172.51.0.0/16`. */
export function canonicalCidr(cidr: Cidr): string {
  const groups = cidr.family === 'ipv4' ? cidr.address.split('.').map(Number) : groupsOf(cidr.address);
  const width = cidr.family === 'ipv4' ? 8 : 16;
  const masked = groups.map((group, i) => {
    const kept = Math.min(width, Math.max(0, cidr.bits - i * width));
    return group - (group % 2 ** (width - kept));
  });
  const text = cidr.family === 'ipv4' ? masked.join('.') : compress(masked);
  return `${text}/${cidr.bits}`;
}

/** Whether two texts name the same prefix written with or without host bits; used to warn of host bits. */
export function hasHostBits(cidr: Cidr): boolean {
  const canonical = parseCidr(canonicalCidr(cidr));
  if (canonical === null) return false;
  const block = new BlockList();
  block.addAddress(canonical.address, canonical.family);
  return !block.check(cidr.address, cidr.family);
}

/** The eight groups of an IPv6 address, `::` and a dotted tail resolved. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const before = groupList(head);
  if (tail === undefined) return before;
  const after = groupList(tail);
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function groupList(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

/** RFC 5952: the longest run of at least two zero groups becomes `::`. */
function compress(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(':');
  const runs = [...text.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g)];
  const longest = runs.reduce<RegExpExecArray | undefined>(
    (best, run) => (best === undefined || run[0].length > best[0].length ? run : best),
    undefined,
  );
  if (longest === undefined) return text;
  const before = text.slice(0, longest.index).replace(/:$/, '');
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}
