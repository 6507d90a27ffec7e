/** Addresses as the maps hold them: 128 bit in network order, IPv4 mapped into IPv6 (RFC 4291, 2.5.5.2). */
import { hasHostBits, maskedBytes, readAddress, readPrefix, type AddressBytes, type Prefix } from '../address/text.ts';

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] as const;

/** @throws {RangeError} when `text` is no IPv4 or IPv6 address */
export function addressBytes(text: string): Uint8Array {
  const bytes = readAddress(text);
  if (bytes === null) throw new RangeError(`${text} is not an IP address`);
  return wide(bytes);
}

/**
 * Address and length of a CIDR; `bits` counts from the first of the 128 bits.
 * @throws {RangeError} when it is no CIDR, or has host bits: the map would not find what was meant
 */
export function prefixBytes(cidr: string): { readonly address: Uint8Array; readonly bits: number } {
  const prefix = prefixOf(cidr);
  if (hasHostBits(prefix)) throw new RangeError(`${cidr} has host bits`);
  return inMap(prefix);
}

/** The subnet that an address with its prefix length is of: as `prefixBytes`, without the bits of the host. @throws {RangeError} when it is no CIDR */
export function subnetBytes(cidr: string): { readonly address: Uint8Array; readonly bits: number } {
  const prefix = prefixOf(cidr);
  return inMap({ bytes: maskedBytes(prefix), length: prefix.length });
}

function prefixOf(cidr: string): Prefix {
  const prefix = readPrefix(cidr);
  if (prefix === null) throw new RangeError(`${cidr} is not a CIDR`);
  return prefix;
}

function inMap({ bytes, length }: Prefix): { readonly address: Uint8Array; readonly bits: number } {
  return { address: wide(bytes), bits: 128 - bytes.length * 8 + length };
}

function wide(bytes: AddressBytes): Uint8Array {
  return bytes.length === 4 ? Uint8Array.from([...MAPPED_PREFIX, ...bytes]) : bytes;
}
