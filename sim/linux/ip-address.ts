import { readAddress, readPrefix } from '../../dataplane/address/text.ts';

/** Linux's address families, `AF_*`. */
export const AF_INET = 2;
export const AF_INET6 = 10;

export interface IpAddress {
  readonly family: typeof AF_INET | typeof AF_INET6;
  /** 4 or 16, network order. */
  readonly bytes: Uint8Array;
}

/** `172.51.0.1` or `fd00::1` into bytes. @throws RangeError when it is no address. */
export function parseIp(address: string): IpAddress {
  const bytes = readAddress(address);
  if (bytes === null) throw new RangeError(`not an IP address: ${address}`);
  return { family: bytes.length === 4 ? AF_INET : AF_INET6, bytes };
}

/** `172.51.0.1/16`; without a length, the address alone (`/32`, `/128`). @throws RangeError */
export function parsePrefix(text: string): IpAddress & { readonly length: number } {
  if (!text.includes('/')) {
    const ip = parseIp(text);
    return { ...ip, length: ip.bytes.length * 8 };
  }
  const prefix = readPrefix(text);
  if (prefix === null) throw new RangeError(`not an address with a prefix length: ${text}`);
  return { family: prefix.bytes.length === 4 ? AF_INET : AF_INET6, ...prefix };
}
