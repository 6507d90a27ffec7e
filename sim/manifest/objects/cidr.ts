/** What a CIDR of a manifest means beyond its text, and what is wrong with one. */
import { addressText, maskedBytes, readAddress, readPrefix, type Prefix } from '../../../dataplane/address/text.ts';
import type { TextProblem } from '../check-schema.ts';

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
  if (readPrefix(text) !== null) return null;
  const plain = withoutLeadingZeros(text);
  if (plain !== null && readPrefix(plain) !== null) {
    return {
      what: 'has leading zeros, which are refused since some programs count such numbers in eights',
      help: `write \`${plain}\``,
    };
  }
  const [address = '', length, ...more] = text.split('/');
  const bytes = readAddress(address);
  const most = (bytes?.length ?? 0) * 8;
  if (bytes !== null && length === undefined) {
    return { what: 'has no prefix length', help: `write \`${text}/${most}\` for this address alone` };
  }
  if (bytes !== null && /^\d+$/.test(length ?? '') && more.length === 0) {
    return { what: `has a prefix length above ${most}`, help: `write 0 to ${most} behind the slash` };
  }
  return { what: 'is not a CIDR', help: CIDR_HELP };
}

const CIDR_HELP = 'write an address and a prefix length, as in 10.9.8.0/24 or 2001:db8::/64';

/** Whether the address is IPv4 written as IPv6 (RFC 4291, 2.5.5.2): `::ffff:10.0.0.0/104`, in any spelling. */
export function isMapped({ bytes }: Prefix): boolean {
  return bytes.length === 16 && bytes.slice(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 0xff));
}

/** Whether `inner` lies in `outer` and is smaller than it, as `except` must. */
export function isStrictSubset(inner: Prefix, outer: Prefix): boolean {
  if (inner.bytes.length !== outer.bytes.length || inner.length <= outer.length) return false;
  const around = maskedBytes({ bytes: inner.bytes, length: outer.length });
  return addressText(around) === addressText(maskedBytes(outer));
}

/** The CIDR with its host bits cleared: `172.51.0.230/16` -> `172.51.0.0/16`. */
export function canonicalCidr(cidr: Prefix): string {
  return `${addressText(maskedBytes(cidr))}/${cidr.length}`;
}
