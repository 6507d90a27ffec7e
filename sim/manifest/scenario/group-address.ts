/** Addresses of many: those of multicast groups, and broadcast addresses. */
import { isIP } from 'node:net';
import { specialAddress } from '../objects/special-address.ts';

/** Everybody on the link (RFC 919). */
export const LIMITED_BROADCAST = '255.255.255.255';

/** Scopes of IPv6 that end at the machine or its link: a socket has to name the link as well. */
const OF_ONE_LINK = /^ff.[0-2]:/i;
/** What the kernel's own protocols are heard at (RFC 5771, 224.0.0.0/24). */
const OF_PROTOCOLS = /^224\.0\.0\./;

/** Why this is no address that a flow may be sent to many by; null: it is a group, or may be the broadcast address of a subnet. */
export function groupProblem(text: string): string | null {
  if (isIP(text) === 0) return 'is no address';
  if (isGroup(text)) {
    if (OF_PROTOCOLS.test(text)) return 'belongs to protocols of the link, which every machine hears (224.0.0.0/24)';
    return OF_ONE_LINK.test(text)
      ? 'is of one link alone, which its senders must name too; take ff05:: or wider'
      : null;
  }
  if (text === LIMITED_BROADCAST) return null;
  // Whether it is a broadcast address hangs on the subnets of those who send and hear.
  return isIP(text) === 6 || specialAddress(text) !== null
    ? 'is neither a multicast group nor a broadcast address'
    : null;
}

/** Whether receivers have to join it. */
export function isGroup(address: string): boolean {
  return specialAddress(address) === 'multicast';
}
