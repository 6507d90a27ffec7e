/**
 * Addresses and CIDRs as the identity map holds them: 128 bits, IPv4 mapped into ::ffff:0:0/96 (RFC 4291, 2.5.5.2).
 * An IPv6 CIDR never contains an IPv4 address, however short it is: `::/0` is not "everything" in NetworkPolicy.
 */
import { addressText, readAddress, readPrefix, type AddressBytes } from '../address/text.ts';

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
  const bytes = readAddress(text);
  if (bytes === null) throw new RangeError(`not an IP address: ${JSON.stringify(text)}`);
  return wide(bytes);
}

/** 4 or 16 bytes as the 128 bits of the map. */
function wide(bytes: AddressBytes): bigint {
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return bytes.length === 4 ? (MAPPED << 32n) | value : value;
}

export function familyOf(address: bigint): Family {
  return address >> 32n === MAPPED ? 4 : 6;
}

/**
 * CIDR text to network and length; host bits are cleared, as the API server's own matching does.
 * @throws RangeError when the text is no CIDR.
 */
export function parseCidr(text: string): Cidr {
  const prefix = readPrefix(text);
  if (prefix === null) throw new RangeError(`not a CIDR: ${JSON.stringify(text)}`);
  const address = wide(prefix.bytes);
  const length = prefix.length + (prefix.bytes.length === 4 ? MAPPED_LENGTH : 0);
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
  return addressText(narrow(address, familyOf(address)));
}

export function formatCidr({ network, length, family }: Cidr): string {
  return `${addressText(narrow(network, family))}/${family === 4 ? length - MAPPED_LENGTH : length}`;
}

function narrow(address: bigint, family: Family): AddressBytes {
  const bytes = family === 4 ? 4 : 16;
  return Uint8Array.from({ length: bytes }, (_, i) => Number((address >> BigInt(8 * (bytes - 1 - i))) & 0xffn));
}
