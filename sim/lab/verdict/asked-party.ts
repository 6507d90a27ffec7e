/** Somebody in a question, with the address bytes that frames are made of. */
import { addressBytes } from '../../../dataplane/bpf/address.ts';
import type { Family } from '../../../dataplane/policy/address.ts';
import { familyOfText } from '../../plan/flows/address-pair.ts';
import type { QuestionEnd } from '../../plan/cluster/named-party.ts';
import type { PodEndpoint } from '../endpoint.ts';

export interface AskedParty {
  readonly name: string;
  /** null where no program of ours stands: a host, a node, a pod that is not policed. */
  readonly endpoint: Pick<PodEndpoint, 'ifindex' | 'namespace'> | null;
  /** Text without prefix, in order of preference. */
  readonly addresses: readonly string[];
  /** The first of each family, 4 or 16 bytes. */
  readonly bytes: ReadonlyMap<Family, Uint8Array>;
}

export function askedParty({ name, addresses }: QuestionEnd, endpoint: AskedParty['endpoint']): AskedParty {
  const first = new Map<Family, Uint8Array>();
  for (const address of addresses) {
    const family = familyOfText(address);
    if (!first.has(family)) first.set(family, family === 4 ? addressBytes(address).slice(12) : addressBytes(address));
  }
  return { name, endpoint, addresses, bytes: first };
}
