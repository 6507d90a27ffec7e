import { isIPv4, isIPv6 } from 'node:net';

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
  if (isIPv4(address)) return { family: AF_INET, bytes: Uint8Array.from(address.split('.'), Number) };
  if (isIPv6(address) && !address.includes('%')) return { family: AF_INET6, bytes: parseIpv6(address) };
  throw new RangeError(`not an IP address: ${address}`);
}

/** `172.51.0.1/16`; without a length, the address alone (`/32`, `/128`). @throws RangeError */
export function parsePrefix(prefix: string): IpAddress & { readonly length: number } {
  const [address = '', lengthText, ...rest] = prefix.split('/');
  const ip = parseIp(address);
  const longest = ip.bytes.length * 8;
  if (lengthText === undefined) return { ...ip, length: longest };
  const length = Number(lengthText);
  if (rest.length > 0 || !/^\d{1,3}$/.test(lengthText) || length > longest) {
    throw new RangeError(`not an address with a prefix length: ${prefix}`);
  }
  return { ...ip, length };
}

/** Bytes into text; IPv6 as eight groups shortened by RFC 5952. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

function parseIpv6(address: string): Uint8Array {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  if (dotted?.[1] !== undefined && dotted[2] !== undefined) {
    const [a = 0, b = 0, c = 0, d = 0] = dotted[2].split('.').map(Number);
    return parseIpv6(`${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
  }
  const [head = '', tail] = address.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const front = groups(head);
  const back = groups(tail ?? '');
  const words = [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}
