/**
 * Addresses and CIDRs as the identity map holds them: 128 bits, IPv4 mapped into ::ffff:0:0/96 (RFC 4291, 2.5.5.2).
 * An IPv6 CIDR never contains an IPv4 address, however short it is: `::/0` is not "everything" in NetworkPolicy.
 */
import { isIP } from 'node:net';

export type Family = 4 | 6;

/** Length is of the 128-bit form: an IPv4 /24 has length 120. Host bits are zero. */
export interface Cidr {
  readonly network: bigint;
  readonly length: number;
  readonly family: Family;
}

const MAPPED = 0xffffn;
const MAPPED_LENGTH = 96;

/** `::ffff:0:0/96`: every IPv4 address. */
export const ALL_IPV4: Cidr = { network: MAPPED << 32n, length: MAPPED_LENGTH, family: 4 };

/**
 * Textual address to 128 bits.
 * @throws RangeError when the text is no IPv4 or IPv6 address (a zone is none either).
 */
export function parseAddress(text: string): bigint {
  switch (text.includes('%') ? 0 : isIP(text)) {
    case 4:
      return (MAPPED << 32n) | BigInt(parseIPv4(text));
    case 6:
      return parseIPv6(text);
    default:
      throw new RangeError(`not an IP address: ${JSON.stringify(text)}`);
  }
}

export function familyOf(address: bigint): Family {
  return address >> 32n === MAPPED ? 4 : 6;
}

/**
 * CIDR text to network and length; host bits are cleared, as the API server's own matching does.
 * @throws RangeError when the text is no CIDR.
 */
export function parseCidr(text: string): Cidr {
  const slash = text.indexOf('/');
  const written = text.slice(slash + 1);
  if (slash < 0 || !/^(0|[1-9][0-9]{0,2})$/.test(written)) throw new RangeError(`not a CIDR: ${JSON.stringify(text)}`);
  const host = text.slice(0, slash);
  const address = parseAddress(host);
  const dotted = isIP(host) === 4;
  const length = Number(written) + (dotted ? MAPPED_LENGTH : 0);
  if (length > 128) throw new RangeError(`prefix length out of range: ${JSON.stringify(text)}`);
  const family = length >= MAPPED_LENGTH ? familyOf(address) : 6;
  return { network: networkOf(address, length), length, family };
}

/** The CIDR of one address. */
export function hostCidr(address: bigint): Cidr {
  return { network: address, length: 128, family: familyOf(address) };
}

/** Whether the CIDR holds the address; families never mix. */
export function cidrContains(cidr: Cidr, address: bigint): boolean {
  return cidr.family === familyOf(address) && covers(cidr, address);
}

/** Whether an address is in both; families never mix. */
export function cidrsOverlap(one: Cidr, other: Cidr): boolean {
  return cidrContains(one, other.network) || cidrContains(other, one.network);
}

/** Whether the prefix covers the address in the 128-bit map, where `::/0` does cover IPv4. */
export function covers(prefix: { readonly network: bigint; readonly length: number }, address: bigint): boolean {
  const shift = BigInt(128 - prefix.length);
  return address >> shift === prefix.network >> shift;
}

export function networkOf(address: bigint, length: number): bigint {
  const shift = BigInt(128 - length);
  return (address >> shift) << shift;
}

/** Canonical text: dotted for IPv4, RFC 5952 for IPv6. */
export function formatAddress(address: bigint): string {
  return familyOf(address) === 4 ? formatIPv4(Number(address & 0xffff_ffffn)) : formatIPv6(address);
}

export function formatCidr(cidr: Cidr): string {
  return cidr.family === 4
    ? `${formatIPv4(Number(cidr.network & 0xffff_ffffn))}/${cidr.length - MAPPED_LENGTH}`
    : `${formatIPv6(cidr.network)}/${cidr.length}`;
}

function parseIPv4(text: string): number {
  return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

function parseIPv6(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted?.[1] !== undefined && dotted[2] !== undefined) {
    const value = parseIPv4(dotted[2]);
    return parseIPv6(`${dotted[1]}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`);
  }
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
}

function formatIPv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');
}

function formatIPv6(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  let start = 0;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === '0') end++;
    if (end - i > longest) {
      start = i;
      longest = end - i;
    }
  }
  if (longest < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + longest).join(':')}`;
}
