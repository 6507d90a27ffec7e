/**
 * The text of IP addresses and CIDRs, read and written here for all rooms. Read as kubectl's and the API server's parsers of 1.36 do:
 * four decimal numbers without zeros before them, or RFC 4291; no zone, one slash, no zero before a length.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type AddressBytes = Uint8Array;

/** An address and how many of its bits name the network; its other bits may be set. */
export interface Prefix {
  /** 4 or 16, in network order. */
  readonly bytes: AddressBytes;
  readonly length: number;
}

/** 4 or 16 bytes in network order; null where the text is no address. */
export function readAddress(text: string): AddressBytes | null {
  // ipaddr.js alone takes `10.1` and `010.0.0.1` too, as inet_aton(3) does.
  if (isIP(text) === 0 || text.includes('%')) return null;
  return Uint8Array.from(ipaddr.parse(text).toByteArray());
}

/** `172.51.0.1/16` or `fd00::/64`; null where the text is no address with a length. */
export function readPrefix(text: string): Prefix | null {
  const slash = text.indexOf('/');
  const written = text.slice(slash + 1);
  const bytes = slash < 0 ? null : readAddress(text.slice(0, slash));
  if (bytes === null || !/^(0|[1-9][0-9]{0,2})$/.test(written)) return null;
  const length = Number(written);
  return length > bytes.length * 8 ? null : { bytes, length };
}

/** Canonical: dotted for 4 bytes, RFC 5952 for 16. @throws RangeError when it is neither */
export function addressText(bytes: AddressBytes): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw new RangeError(`${bytes.length} bytes are no address`);
  return new ipaddr.IPv6([...bytes]).toRFC5952String();
}

/** The network: all bits behind its length zero. */
export function maskedBytes({ bytes, length }: Prefix): AddressBytes {
  return bytes.map((byte, i) => byte & ~hostMask(length - i * 8));
}

/** Whether bits are set that do not name the network. */
export function hasHostBits({ bytes, length }: Prefix): boolean {
  return bytes.some((byte, i) => (byte & hostMask(length - i * 8)) !== 0);
}

/** Where all of an IPv4 subnet hear; null for IPv6, and for a subnet of one or two addresses (RFC 3021), which have none. */
export function broadcastAddress({ bytes, length }: Prefix): string | null {
  if (bytes.length !== 4 || length > 30) return null;
  return addressText(bytes.map((byte, i) => byte | hostMask(length - i * 8)));
}

/** Which bits of a byte lie beyond a prefix that has `left` bits from this byte on. */
function hostMask(left: number): number {
  return left >= 8 ? 0 : left <= 0 ? 0xff : 0xff >> left;
}
