/** Updates of the three policy maps, one at a time, and what their keys and values are before they are laid out in bytes. */
import type { Direction } from '../network-policy.ts';
import type { CompiledPolicy, IdentityEntry, PolicyEntry } from './policy-entries.ts';

/** Value of the `endpoints` map, as far as policy goes. */
export interface EndpointState {
  readonly policySet: number;
  readonly isolated: Readonly<Record<Direction, boolean>>;
}

/**
 * One update, atomic by itself. At a `barrier` the executor waits until every program that began before it has finished
 * (an RCU grace period); what was read before the barrier is deleted after it.
 */
export type PolicyMapOperation =
  | ({ readonly do: 'put-identity' } & IdentityEntry)
  | { readonly do: 'delete-identity'; readonly prefix: string }
  | ({ readonly do: 'put-endpoint'; readonly endpointId: number } & EndpointState)
  | { readonly do: 'delete-endpoint'; readonly endpointId: number }
  | { readonly do: 'put-entry'; readonly entry: PolicyEntry }
  | { readonly do: 'delete-entry'; readonly entry: PolicyEntry }
  | { readonly do: 'barrier' };

/** What the `endpoints` map says of each endpoint of a compiled policy. */
export function endpointStates(compiled: CompiledPolicy): Map<number, EndpointState> {
  const states = new Map(
    compiled.sets.map(({ policySet, isolatedBy }) => {
      const isolated = { ingress: isolatedBy.ingress.length > 0, egress: isolatedBy.egress.length > 0 };
      return [policySet, { policySet, isolated }] as const;
    }),
  );
  return new Map(
    [...compiled.endpoints].map(([endpointId, policySet]) => {
      const state = states.get(policySet);
      if (state === undefined) throw new RangeError(`endpoint ${endpointId} has the unknown policy set ${policySet}`);
      return [endpointId, state];
    }),
  );
}

/** Text that is equal for entries of one key in the `policy` map. */
export function entryKey(entry: Omit<PolicyEntry, 'ruleId'>): string {
  return `${scopeKey(entry)} ${portKey(entry)}`;
}

export function scopeKey({
  policySet,
  direction,
  identity,
}: Pick<PolicyEntry, 'policySet' | 'direction' | 'identity'>): string {
  return `${policySet} ${direction} ${identity}`;
}

/** One number for protocol and port prefix; 0 bits stand for every port, protocol 0 for every protocol. */
export function portKey({ protocol, port }: Pick<PolicyEntry, 'protocol' | 'port'>): number {
  return ((protocol ?? 0) * 17 + (port?.bits ?? 0)) * 65536 + (port?.port ?? 0);
}
