/** Which addresses two parties talk by. */
import type { Family } from '../../../dataplane/policy/address.ts';

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
    const family = familyOfText(address);
    if (asked !== null && asked !== `IPv${family}`) continue;
    const own = from.addresses.find((candidate) => familyOfText(candidate) === family);
    if (own !== undefined) return { family, from: own, to: address };
  }
  return null;
}

export function familyOfText(address: string): Family {
  // Of an address of a plan, which is one: Node's own test of it takes a hundred times as long.
  return address.includes(':') ? 6 : 4;
}
