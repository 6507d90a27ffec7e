/** Somebody in a question, with the address bytes that frames are made of. */
import { addressBytes } from '../../../dataplane/bpf/address.ts';
import type { QuestionEnd } from '../../plan/named-party.ts';
import type { PodEndpoint } from '../endpoint.ts';

export type Family = 4 | 6;

export interface AskedParty {
  readonly name: string;
  /** null where no program of ours stands: a host, a node, a pod that is not policed. */
  readonly endpoint: Pick<PodEndpoint, 'ifindex' | 'namespace'> | null;
  /** The first address of each family, 4 or 16 bytes, the preferred family first. */
  readonly addresses: ReadonlyMap<Family, Uint8Array>;
}

export function askedParty({ name, addresses }: QuestionEnd, endpoint: AskedParty['endpoint']): AskedParty {
  const first = new Map<Family, Uint8Array>();
  for (const address of addresses) {
    const family = address.includes(':') ? 6 : 4;
    if (!first.has(family)) first.set(family, family === 4 ? addressBytes(address).slice(12) : addressBytes(address));
  }
  return { name, endpoint, addresses: first };
}

/** The family they talk by: the receiver's first that the sender has too (sim/plan/address-pair.ts); null: none. */
export function familyBetween(from: AskedParty, to: AskedParty): Family | null {
  for (const family of to.addresses.keys()) if (from.addresses.has(family)) return family;
  return null;
}
