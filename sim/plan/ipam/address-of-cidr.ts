import { parseAddress, parseCidr, type Cidr } from '../../../dataplane/policy/address.ts';

/** null where the text is no CIDR. */
export function tryCidr(text: string): Cidr | null {
  try {
    return parseCidr(text);
  } catch {
    return null;
  }
}

/** The address in `172.51.0.230/16`, host bits and all, as a 128-bit number; null where the text is no CIDR. */
export function addressOfCidr(text: string): bigint | null {
  try {
    parseCidr(text);
    return parseAddress(text.slice(0, text.indexOf('/')));
  } catch {
    return null;
  }
}

/** `172.51.0.230` of `172.51.0.230/16`. */
export function withoutPrefix(cidr: string): string {
  return cidr.split('/', 1)[0] ?? cidr;
}

/** An address as text without a prefix length; null where it is none. */
export function hostAddress(text: string): bigint | null {
  try {
    return parseAddress(text);
  } catch {
    return null;
  }
}
