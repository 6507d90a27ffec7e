/** Which addresses two parties talk by. */
import { isIPv6 } from 'node:net';
import type { Family } from '../../dataplane/policy/address.ts';

export interface AddressPair {
  readonly family: Family;
  readonly from: string;
  readonly to: string;
}

interface Addressed {
  readonly addresses: readonly string[];
}

/** The receiver's first address whose family the sender has too, or that of the family asked for; null: none. */
export function pairAddresses(from: Addressed, to: Addressed, asked: 'IPv4' | 'IPv6' | null): AddressPair | null {
  for (const address of to.addresses) {
    const family = familyOf(address);
    if (asked !== null && asked !== `IPv${family}`) continue;
    const own = from.addresses.find((candidate) => familyOf(candidate) === family);
    if (own !== undefined) return { family, from: own, to: address };
  }
  return null;
}

function familyOf(address: string): Family {
  return isIPv6(address) ? 6 : 4;
}
