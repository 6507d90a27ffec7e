/**
 * NetworkPolicy to the content of the policy maps.
 *
 * Entries only ever allow: a packet of an isolated pod passes when some entry of its set matches, by longest prefix, its
 * peer's identity or `ANY_IDENTITY`. So which of several matching rules is named changes no verdict; the first one by
 * policy name and rule index is.
 */
import { LongestPrefixMap } from './identities.ts';
import { keepNumbers } from './keep-numbers.ts';
import { entryKey } from './map-operations.ts';
import type { Direction, NetworkPolicy, PolicyPod, PolicyPort, PolicyRule, PolicyWorld } from './network-policy.ts';
import { classifyPeers, podSelection } from './peer-classes.ts';
import type { PeerClasses, PodSelection } from './peer-classes.ts';
import { ANY_IDENTITY, WORLD_IDENTITY } from './policy-entries.ts';
import type { CompiledPolicy, IdentityEntry, PolicyEntry, PolicySet, RuleName } from './policy-entries.ts';
import { PROTOCOL_NUMBER, portPrefixes, resolvePort } from './ports.ts';
import type { PortPrefix } from './ports.ts';
import { indexWorld, qualifiedName } from './world.ts';
import type { IndexedWorld } from './world.ts';

/** No pods and no policies: what the maps hold before anything is loaded. */
export const EMPTY_POLICY: CompiledPolicy = {
  identities: [],
  sets: [{ policySet: 0, isolatedBy: { ingress: [], egress: [] } }],
  endpoints: new Map(),
  entries: [],
  rules: [],
  policies: [],
};

/**
 * Compiles a world; the same world gives the same numbers.
 * @param previous the version in force: identities, sets and rules that live on keep their numbers, and no number of it
 *   means something unrelated in the new one, so that `policyDelta` between the two is small
 * @throws RangeError when the world is malformed (see `indexWorld`)
 */
export function compilePolicy(world: PolicyWorld, previous: CompiledPolicy = EMPTY_POLICY): CompiledPolicy {
  const indexed = indexWorld(world);
  const policies = [...world.policies].sort((a, b) => compareText(qualifiedName(a), qualifiedName(b)));
  const selectPods = podSelection(indexed);
  const selecting = policiesByPod(indexed, policies, selectPods);
  const inForce = new Set(selecting.flat());
  const peers = classifyPeers(
    indexed,
    selectPods,
    policies.filter((_, index) => inForce.has(index)),
  );
  const identityOf = numberIdentities(peers, previous.identities);
  const classes = setClasses(indexed, policies, selecting);
  const setNumbers = numberSets(classes, world.pods, previous.endpoints);
  const rules = nameRules(policies, previous.rules);

  const sets: PolicySet[] = [...EMPTY_POLICY.sets];
  const entries: PolicyEntry[] = [];
  const endpoints = new Map(world.pods.map((pod) => [pod.endpointId, 0]));
  classes.forEach((members, index) => {
    const policySet = setNumbers[index] ?? 0;
    const first = world.pods[members[0] ?? -1];
    const own = selecting[members[0] ?? -1]?.flatMap((policy) => policies[policy] ?? []) ?? [];
    if (first === undefined) return;
    const isolatedBy = { ingress: isolating('ingress', own), egress: isolating('egress', own) };
    sets.push({ policySet, isolatedBy });
    for (const pod of members) endpoints.set(world.pods[pod]?.endpointId ?? 0, policySet);
    const context = { policySet, pod: first, peers, identityOf, ruleIds: rules.ids };
    for (const direction of ['ingress', 'egress'] as const) {
      for (const entry of setEntries(context, direction, own)) entries.push(entry);
    }
  });
  return {
    identities: peers.regions.entries(identityOf),
    sets: sets.sort((a, b) => a.policySet - b.policySet),
    endpoints,
    entries,
    rules: rules.names,
    policies,
  };
}

/** Indices of the policies that select each pod; none for a pod that is not policed. */
function policiesByPod(
  indexed: IndexedWorld,
  policies: readonly NetworkPolicy[],
  selectPods: PodSelection,
): number[][] {
  const byPod: number[][] = indexed.world.pods.map(() => []);
  policies.forEach(({ namespace, podSelector }, policy) => {
    for (const pod of selectPods(namespace, { podSelector, namespaceSelector: null })) {
      if (indexed.world.pods[pod]?.policed === true) byPod[pod]?.push(policy);
    }
  });
  return byPod;
}

/** Pods that the same policies select and at which the named ports of their ingress rules stand for the same numbers. */
function setClasses(
  indexed: IndexedWorld,
  policies: readonly NetworkPolicy[],
  selecting: readonly (readonly number[])[],
): number[][] {
  const names = policies.map((policy) =>
    policy.policyTypes.includes('ingress')
      ? policy.ingress.flatMap((rule) => rule.ports.filter((port) => typeof port.port === 'string'))
      : [],
  );
  const classes = new Map<string, number[]>();
  indexed.world.pods.forEach((pod, index) => {
    const own = selecting[index] ?? [];
    if (own.length === 0) return;
    const numbers = own.flatMap((policy) =>
      (names[policy] ?? []).map((port) => resolvePort(pod, String(port.port), port.protocol) ?? '-'),
    );
    const key = `${own.join(',')};${numbers.join(',')}`;
    const members = classes.get(key);
    if (members === undefined) classes.set(key, [index]);
    else members.push(index);
  });
  return [...classes.values()];
}

function isolating(direction: Direction, policies: readonly NetworkPolicy[]): string[] {
  return policies.filter((policy) => policy.policyTypes.includes(direction)).map(qualifiedName);
}

/** Class -> identity. Classes count in order of address; the class of the rest of the world is `WORLD_IDENTITY`. */
function numberIdentities({ regions }: PeerClasses, previous: readonly IdentityEntry[]): (theClass: number) => number {
  const old = LongestPrefixMap.of(previous);
  const order = new Map<number, number>([[regions.classOf(0), -1]]);
  const shared: [number, number][] = [];
  regions.prefixes.forEach((prefix, region) => {
    const theClass = regions.classOf(region);
    let fresh = order.get(theClass);
    if (fresh === undefined) order.set(theClass, (fresh = order.size - 1));
    const number = old.lookup(prefix.network, prefix.length) ?? WORLD_IDENTITY;
    if (fresh >= 0 && number !== WORLD_IDENTITY) shared.push([fresh, number]);
  });
  const taken = [WORLD_IDENTITY, ...previous.map((entry) => entry.identity)];
  const numbers = keepNumbers(order.size - 1, shared, taken, WORLD_IDENTITY + 1);
  return (theClass) => numbers[order.get(theClass) ?? -1] ?? WORLD_IDENTITY;
}

function numberSets(
  classes: readonly (readonly number[])[],
  pods: readonly PolicyPod[],
  previous: ReadonlyMap<number, number>,
): number[] {
  const shared = classes.flatMap((members, fresh) =>
    members.flatMap((pod): [number, number][] => {
      const old = previous.get(pods[pod]?.endpointId ?? 0) ?? 0;
      return old === 0 ? [] : [[fresh, old]];
    }),
  );
  return keepNumbers(classes.length, shared, previous.values(), 1);
}

/** A rule keeps its number as long as policy, direction and index stay; counters in the kernel go on counting under it. */
function nameRules(
  policies: readonly NetworkPolicy[],
  previous: readonly RuleName[],
): { names: RuleName[]; ids: ReadonlyMap<PolicyRule, number> } {
  const key = (rule: Omit<RuleName, 'ruleId'>): string => `${rule.policy} ${rule.direction}[${rule.index}]`;
  const kept = new Map(previous.map((rule) => [key(rule), rule.ruleId]));
  let next = previous.reduce((last, rule) => Math.max(last, rule.ruleId), 0) + 1;
  const ids = new Map<PolicyRule, number>();
  const names = policies.flatMap((policy) =>
    policy.policyTypes.flatMap((direction) =>
      policy[direction].map((rule): RuleName => {
        const name = { policy: qualifiedName(policy), direction, index: rule.index, position: rule.position };
        const ruleId = kept.get(key(name)) ?? next++;
        ids.set(rule, ruleId);
        return { ruleId, ...name };
      }),
    ),
  );
  return { names: names.sort((a, b) => a.ruleId - b.ruleId), ids };
}

interface SetContext {
  readonly policySet: number;
  /** Any pod of the set: it stands for all, named ports included. */
  readonly pod: PolicyPod;
  readonly peers: PeerClasses;
  readonly identityOf: (theClass: number) => number;
  readonly ruleIds: ReadonlyMap<PolicyRule, number>;
}

function setEntries(context: SetContext, direction: Direction, policies: readonly NetworkPolicy[]): PolicyEntry[] {
  const entries = new Map<string, PolicyEntry>();
  const allow = (identity: number, protocol: number | null, port: PortPrefix | null, rule: PolicyRule): void => {
    const { policySet, ruleIds } = context;
    const entry = { policySet, direction, identity, protocol, port, ruleId: ruleIds.get(rule) ?? 0 };
    const key = entryKey(entry);
    if (!entries.has(key)) entries.set(key, entry);
  };
  for (const policy of policies) {
    if (!policy.policyTypes.includes(direction)) continue;
    for (const rule of policy[direction]) {
      const classes =
        rule.peers.length === 0 ? null : new Set(rule.peers.flatMap((peer) => context.peers.of(policy, peer)));
      const identities = classes === null ? [ANY_IDENTITY] : [...classes].map(context.identityOf);
      if (rule.ports.length === 0) for (const identity of identities) allow(identity, null, null, rule);
      for (const port of rule.ports) {
        const protocol = PROTOCOL_NUMBER[port.protocol];
        if (direction === 'egress' && typeof port.port === 'string') {
          for (const [theClass, number] of context.peers.named(port)) {
            if (classes !== null && !classes.has(theClass)) continue;
            allow(context.identityOf(theClass), protocol, { port: number, bits: 16 }, rule);
          }
          continue;
        }
        for (const prefix of prefixesOf(port, context.pod)) {
          for (const identity of identities) allow(identity, protocol, prefix, rule);
        }
      }
    }
  }
  return [...entries.values()];
}

/** null stands for every port. A name is resolved at `pod`; one that it does not have gives nothing. */
function prefixesOf({ port, endPort, protocol }: PolicyPort, pod: PolicyPod): readonly (PortPrefix | null)[] {
  if (port === null) return [null];
  const first = typeof port === 'string' ? resolvePort(pod, port, protocol) : port;
  if (first === null) return [];
  return portPrefixes(first, endPort ?? first).map((prefix) => (prefix.bits === 0 ? null : prefix));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
