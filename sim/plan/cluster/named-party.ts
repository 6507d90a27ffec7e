/** Everybody who can send or receive in a plan's lab, by the name that traces and people use. Pure. */
import { withoutPrefix } from '../ipam/address-of-cidr.ts';
import { partyName, type PartyPlan, type Plan, type PodPlan } from '../plan.ts';

export interface NamedParty {
  /** `namespace/name` of a pod, `host:NAME`, `node:NAME`. */
  readonly name: string;
  readonly plan: PartyPlan;
  /** Text without prefix, in order of preference. */
  readonly addresses: readonly string[];
  /** null for hosts and nodes. */
  readonly pod: PodPlan | null;
}

/** An address that nobody in the plan has: somewhere outside. Policies judge it by their ipBlocks alone. */
export interface OutsideAddress {
  /** The address itself, in its canonical form. */
  readonly name: string;
  readonly plan: { readonly kind: 'outside' };
  readonly addresses: readonly [string];
  readonly pod: null;
}

/** One end of a question that needs no packet to be answered. */
export type QuestionEnd = NamedParty | OutsideAddress;

export function outsideAddress(address: string): OutsideAddress {
  return { name: address, plan: { kind: 'outside' }, addresses: [address], pod: null };
}

/** Of the two the one that nobody has, by its name; null: both are somebody. */
export function nobodyOf(...ends: readonly [QuestionEnd, QuestionEnd]): string | null {
  return ends.find(isNobody)?.name ?? null;
}

export function isNobody({ plan }: QuestionEnd): boolean {
  return plan.kind === 'outside';
}

export function nobodyHas(address: string): string {
  return `nobody here has ${address}`;
}

/** Pods first, in the plan's order; then hosts, then nodes. A pod's addresses are those of its first interface. */
export function namedParties(plan: Pick<Plan, 'pods' | 'hosts' | 'nodes'>): ReadonlyMap<string, NamedParty> {
  const parties: NamedParty[] = [
    ...plan.pods.map((pod) =>
      partyOf({ kind: 'pod', namespace: pod.namespace, name: pod.name }, pod.interfaces[0]?.addresses ?? [], pod),
    ),
    ...plan.hosts.map(({ name, addresses }) => partyOf({ kind: 'host', name }, addresses, null)),
    ...plan.nodes.map(({ name, masters }) =>
      partyOf(
        { kind: 'node', name },
        masters.flatMap(({ addresses }) => addresses),
        null,
      ),
    ),
  ];
  return new Map(parties.map((party) => [party.name, party]));
}

/** `namespace/name` of the workload that a pod is of, by which its pods are taken together; all others stand for themselves. */
export function workloadName({ name, pod }: Pick<NamedParty, 'name' | 'pod'>): string {
  return pod?.owner == null ? name : `${pod.namespace}/${pod.owner.name}`;
}

function partyOf(plan: PartyPlan, addresses: readonly string[], pod: PodPlan | null): NamedParty {
  return { name: partyName(plan), plan, addresses: addresses.map(withoutPrefix), pod };
}
