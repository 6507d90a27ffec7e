/**
 * What the compiler hands to the dataplane: the content of the policy maps, before it is laid out in bytes.
 *
 * An identity is the class of addresses that no selector and no CIDR in force can tell apart. A policy set is the
 * class of pods that the same policies select; endpoints of one set share their entries.
 */
import type { Direction, NetworkPolicy, RuleName } from '../network-policy.ts';

/** Identity 0 in a policy entry means every identity; addresses no rule names have identity `WORLD_IDENTITY`. */
export const ANY_IDENTITY = 0;
export const WORLD_IDENTITY = 1;

export interface IdentityEntry {
  /** CIDR text, IPv4 or IPv6, host bits zero: `172.51.0.100/32`. */
  readonly prefix: string;
  readonly identity: number;
}

export interface PolicyEntry {
  readonly policySet: number;
  readonly direction: Direction;
  readonly identity: number;
  /** IANA protocol number; null: every protocol (ICMP included). */
  readonly protocol: number | null;
  /** Port prefix of `bits` leading bits (16 = exactly `port`); null: every port. */
  readonly port: { readonly port: number; readonly bits: number } | null;
  /** `RuleName.ruleId` of what allowed the packet; not an index, for rules keep their numbers from version to version. */
  readonly ruleId: number;
}

/** The set of policies that select an endpoint. Set 0 is the empty set: nothing isolates it. */
export interface PolicySet {
  readonly policySet: number;
  /** `namespace/name` of the policies that isolate its pods, by direction; empty means not isolated. */
  readonly isolatedBy: Readonly<Record<Direction, readonly string[]>>;
}

export interface CompiledPolicy {
  readonly identities: readonly IdentityEntry[];
  readonly sets: readonly PolicySet[];
  /** endpoint id -> policy set */
  readonly endpoints: ReadonlyMap<number, number>;
  readonly entries: readonly PolicyEntry[];
  readonly rules: readonly RuleName[];
  readonly policies: readonly NetworkPolicy[];
}
