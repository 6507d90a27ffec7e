/** Addresses as the maps hold them: 128 bit in network order, IPv4 mapped into IPv6 (RFC 4291, 2.5.5.2). */
import { isIP } from 'node:net';

/** @throws {RangeError} when `text` is no IPv4 or IPv6 address */
export function addressBytes(text: string): Uint8Array {
  switch (isIP(text)) {
    case 4:
      return Uint8Array.from([...mappedPrefix, ...ipv4Bytes(text)]);
    case 6:
      return ipv6Bytes(text);
    default:
      throw new RangeError(`${text} is not an IP address`);
  }
}

/**
 * Address and length of a CIDR; `bits` counts from the first of the 128 bits.
 * @throws {RangeError} when it is no CIDR, or has host bits: the map would not find what was meant
 */
export function prefixBytes(cidr: string): { readonly address: Uint8Array; readonly bits: number } {
  const [text = '', lengthText = ''] = cidr.split('/');
  const family = isIP(text);
  const length = /^\d{1,3}$/.test(lengthText) ? Number(lengthText) : Number.NaN;
  if (family === 0 || !(length <= (family === 4 ? 32 : 128))) throw new RangeError(`${cidr} is not a CIDR`);
  const address = addressBytes(text);
  const bits = family === 4 ? 96 + length : length;
  if (address.some((byte, index) => (byte & hostMask(bits - index * 8)) !== 0))
    throw new RangeError(`${cidr} has host bits`);
  return { address, bits };
}

/** The subnet that an address with its prefix length is of: as `prefixBytes`, without the bits of the host. @throws {RangeError} when it is no CIDR */
export function subnetBytes(cidr: string): { readonly address: Uint8Array; readonly bits: number } {
  const [text = '', length = ''] = cidr.split('/');
  const { bits } = prefixBytes(`${text.includes(':') ? '::' : '0.0.0.0'}/${length}`);
  return { address: addressBytes(text).map((byte, index) => byte & ~hostMask(bits - index * 8)), bits };
}

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Which bits of a byte lie beyond a prefix that has `left` bits from this byte on. */
function hostMask(left: number): number {
  return left >= 8 ? 0 : left <= 0 ? 0xff : 0xff >> left;
}

function ipv4Bytes(text: string): readonly number[] {
  return text.split('.').map(Number);
}

function ipv6Bytes(text: string): Uint8Array {
  if (text.includes('%')) throw new RangeError(`${text} names an interface: an address in a map has no zone`);
  const [head = '', tail] = text.split('::');
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const zeros = new Array<number>(16 - front.length - back.length).fill(0);
  return Uint8Array.from([...front, ...zeros, ...back]);
}

/** The bytes of `1:2:3` or, at the end, `1:2:192.0.2.1`. */
function groups(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return ipv4Bytes(group);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
