/** Addresses of links and of neighbours (RTM_NEWADDR, RTM_NEWNEIGH). */
import { parseIp, parsePrefix } from './ip-address.ts';
import { parseMac } from './link.ts';
import type { MessageWriter } from './netlink-message.ts';

export interface AddressOptions {
  /** IPv6: usable at once, without duplicate address detection (RFC 4862 5.4), which takes a second or more. */
  readonly noDad?: boolean;
}

export const RTM_NEWADDR = 20;
export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;

const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_FLAGS = 8;
const IFA_F_NODAD = 0x02;

const NDA_DST = 1;
const NDA_LLADDR = 2;
const NUD_PERMANENT = 0x80;

/** `struct ifaddrmsg` and what goes behind it, for `172.51.0.100/16`. @throws RangeError when it is no such thing. */
export function newAddress(
  ifindex: number,
  prefix: string,
  options: AddressOptions,
): { readonly fixed: Uint8Array; readonly write: (message: MessageWriter) => void } {
  const { family, bytes, length } = parsePrefix(prefix);
  const fixed = Buffer.alloc(8);
  fixed.writeUInt8(family, 0);
  fixed.writeUInt8(length, 1);
  fixed.writeUInt32LE(ifindex, 4);
  return {
    fixed,
    write: (message) => {
      message.bytes(IFA_LOCAL, bytes).bytes(IFA_ADDRESS, bytes);
      if (options.noDad) message.u32(IFA_FLAGS, IFA_F_NODAD);
    },
  };
}

/** `struct ndmsg` and what goes behind it: whoever is at `address`. @throws RangeError */
export function oldNeighbor(
  ifindex: number,
  address: string,
): { readonly fixed: Buffer; readonly write: (message: MessageWriter) => void } {
  const { family, bytes } = parseIp(address);
  const fixed = Buffer.alloc(12);
  fixed.writeUInt8(family, 0);
  fixed.writeInt32LE(ifindex, 4);
  return { fixed, write: (message) => void message.bytes(NDA_DST, bytes) };
}

/** `struct ndmsg` and what goes behind it: `address` is at `mac`, for good. @throws RangeError */
export function newNeighbor(
  ifindex: number,
  address: string,
  mac: string,
): { readonly fixed: Uint8Array; readonly write: (message: MessageWriter) => void } {
  const { fixed, write } = oldNeighbor(ifindex, address);
  fixed.writeUInt16LE(NUD_PERMANENT, 8);
  return {
    fixed,
    write: (message) => {
      write(message);
      message.bytes(NDA_LLADDR, parseMac(mac));
    },
  };
}
