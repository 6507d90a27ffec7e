/**
 * A policy with the identities that its peers mean: all that its entries depend on but the pod's own ports. What resolves as
 * it did before is the same object as before, so that what was made of it can be taken over.
 */
import type { Direction, NetworkPolicy, Peer, PolicyPort, PolicyRule, RuleName } from './network-policy.ts';
import type { PeerClasses } from './compile/peer-classes.ts';
import { ANY_IDENTITY } from './compile/policy-entries.ts';

export interface ResolvedPolicy {
  readonly policy: NetworkPolicy;
  readonly rules: Readonly<Record<Direction, readonly ResolvedRule[]>>;
}

export interface ResolvedRule {
  readonly rule: PolicyRule;
  readonly ruleId: number;
  /** Of each peer. */
  readonly peers: readonly (readonly number[])[];
  /** Of all of them; `ANY_IDENTITY` where no peer is written. */
  readonly identities: readonly number[];
  /** By place among the rule's ports: where the name of an egress rule leads. */
  readonly names: readonly (Destinations | null)[];
}

/** Identity -> port, by ascending identity: equal ones are in equal order, whichever pods they were made from. */
export type Destinations = ReadonlyMap<number, number>;

/** Identities of peers and names, each resolved once; the same array or map as before where nothing changed. */
export class PeerIdentities {
  readonly #classes: PeerClasses;
  readonly #identityOf: (theClass: number) => number;
  readonly #before: PeerIdentities | undefined;
  readonly #peers = new Map<string, readonly number[]>();
  readonly #names = new Map<string, Destinations>();

  constructor(classes: PeerClasses, identityOf: (theClass: number) => number, before: PeerIdentities | undefined) {
    this.#classes = classes;
    this.#identityOf = identityOf;
    this.#before = before?.withoutPast();
  }

  ofPeer(policy: NetworkPolicy, peer: Peer): readonly number[] {
    const key = this.#classes.keyOf(policy, peer);
    const known = this.#peers.get(key);
    if (known !== undefined) return known;
    const fresh = this.#classes.of(key).map(this.#identityOf);
    const old = this.#before?.peerBefore(key);
    const identities = old !== undefined && sameNumbers(old, fresh) ? old : fresh;
    this.#peers.set(key, identities);
    return identities;
  }

  ofName(port: PolicyPort): Destinations {
    const key = `${port.protocol}/${String(port.port)}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const fresh = new Map(
      [...this.#classes.named(port)]
        .map(([theClass, to]): [number, number] => [this.#identityOf(theClass), to])
        .sort(([a], [b]) => a - b),
    );
    const old = this.#before?.nameBefore(key);
    const destinations = old !== undefined && sameDestinations(old, fresh) ? old : fresh;
    this.#names.set(key, destinations);
    return destinations;
  }

  private peerBefore(key: string): readonly number[] | undefined {
    return this.#peers.get(key);
  }

  private nameBefore(key: string): Destinations | undefined {
    return this.#names.get(key);
  }

  /** As it is remembered: the versions before it may be forgotten. */
  withoutPast(): PeerIdentities {
    const alone = new PeerIdentities(this.#classes, this.#identityOf, undefined);
    for (const [key, identities] of this.#peers) alone.#peers.set(key, identities);
    for (const [key, destinations] of this.#names) alone.#names.set(key, destinations);
    return alone;
  }
}

/** @param before what it resolved to in the version before, taken over when it is the same */
export function resolvePolicy(
  policy: NetworkPolicy,
  identities: PeerIdentities,
  ruleNames: ReadonlyMap<PolicyRule, RuleName>,
  before: ResolvedPolicy | undefined,
): ResolvedPolicy {
  const resolve = (direction: Direction): readonly ResolvedRule[] => {
    if (!policy.policyTypes.includes(direction)) return NO_RULES;
    const old = before?.rules[direction];
    const rules = policy[direction].map((rule, index) =>
      resolveRule(policy, direction, rule, ruleNames.get(rule)?.ruleId ?? 0, identities, old?.[index]),
    );
    return old !== undefined && rules.every((rule, index) => rule === old[index]) ? old : rules;
  };
  const rules = { ingress: resolve('ingress'), egress: resolve('egress') };
  const same = before?.rules.ingress === rules.ingress && before.rules.egress === rules.egress;
  return same ? before : { policy, rules };
}

const NO_RULES: readonly ResolvedRule[] = [];

function resolveRule(
  policy: NetworkPolicy,
  direction: Direction,
  rule: PolicyRule,
  ruleId: number,
  identities: PeerIdentities,
  before: ResolvedRule | undefined,
): ResolvedRule {
  const peers = rule.peers.map((peer) => identities.ofPeer(policy, peer));
  const names = rule.ports.map((port) =>
    direction === 'egress' && typeof port.port === 'string' ? identities.ofName(port) : null,
  );
  const same =
    before?.ruleId === ruleId &&
    peers.every((list, index) => list === before.peers[index]) &&
    names.every((destinations, index) => destinations === before.names[index]);
  return same ? before : { rule, ruleId, peers, names, identities: union(peers) };
}

function union(peers: readonly (readonly number[])[]): readonly number[] {
  const [only, ...others] = peers;
  if (only === undefined) return [ANY_IDENTITY];
  return others.length === 0 ? only : [...new Set(peers.flat())];
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((number, index) => number === b[index]);
}

function sameDestinations(a: Destinations, b: Destinations): boolean {
  return a.size === b.size && [...a].every(([identity, port]) => b.get(identity) === port);
}
