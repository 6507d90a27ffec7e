/**
 * NetworkPolicy to the content of the policy maps.
 *
 * Entries only ever allow: a packet of an isolated pod passes when some entry of its set matches, by longest prefix, its
 * peer's identity or `ANY_IDENTITY`. So which of several matching rules is named changes no verdict; the first one by
 * policy name and rule index is.
 */
import { LongestPrefixMap } from './identities.ts';
import { recall, remember, samePodsAndNamespaces } from './compile-memo.ts';
import type { CompiledSet, CompileMemo } from './compile-memo.ts';
import { keepNumbers } from './keep-numbers.ts';
import type { Direction, NetworkPolicy, PolicyPod, PolicyRule, PolicyWorld, RuleName } from '../network-policy.ts';
import { classifyPeers, podSelection } from './peer-classes.ts';
import type { PeerClasses, PodSelection } from './peer-classes.ts';
import { WORLD_IDENTITY } from './policy-entries.ts';
import type { CompiledPolicy, IdentityEntry, PolicyEntry, PolicySet } from './policy-entries.ts';
import { resolvePort } from '../ports.ts';
import { PeerIdentities, resolvePolicy } from '../resolved-policy.ts';
import type { ResolvedPolicy } from '../resolved-policy.ts';
import { setEntries } from './set-entries.ts';
import { objectKey } from '../object-key.ts';
import { indexWorld } from '../world.ts';
import type { IndexedWorld } from '../world.ts';

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
  const memo = recall(previous);
  const { indexed, selectPods } = select(world, memo);
  const policies = sortedByName(world.policies);
  const selecting = policiesByPod(indexed, policies, selectPods);
  const inForce = new Set<number>();
  for (const own of selecting) for (const policy of own) inForce.add(policy);
  const peers = classifyPeers(
    indexed,
    selectPods,
    policies.filter((_, index) => inForce.has(index)),
  );
  const identityOf = numberIdentities(peers, previous.identities);
  const classes = setClasses(indexed, policies, selecting);
  const setNumbers = numberSets(classes, world.pods, previous.endpoints);
  const ruleNames = nameRules(policies, previous.rules, memo?.ruleNames);
  const identities = new PeerIdentities(peers, identityOf, memo?.identities);
  const resolved = new Map<NetworkPolicy, ResolvedPolicy>();
  for (const index of inForce) {
    const policy = policies[index];
    if (policy === undefined) continue;
    resolved.set(policy, resolvePolicy(policy, identities, ruleNames, memo?.resolved.get(policy)));
  }

  const sets: PolicySet[] = [...EMPTY_POLICY.sets];
  const compiledSets = new Map<number, CompiledSet>();
  const endpoints = new Map(world.pods.map((pod) => [pod.endpointId, 0]));
  classes.forEach(({ members, ports }, index) => {
    const policySet = setNumbers[index] ?? 0;
    const first = world.pods[members[0] ?? -1];
    const own = selecting[members[0] ?? -1]?.flatMap((policy) => policies[policy] ?? []) ?? [];
    if (first === undefined) return;
    const isolatedBy = { ingress: isolating('ingress', own), egress: isolating('egress', own) };
    sets.push({ policySet, isolatedBy });
    for (const pod of members) endpoints.set(world.pods[pod]?.endpointId ?? 0, policySet);
    const set = compileSet(
      policySet,
      first,
      ports,
      own.flatMap((policy) => resolved.get(policy) ?? []),
      memo,
    );
    compiledSets.set(policySet, set);
  });
  // Half a million at ten thousand policies, and most changes look at a few sets alone.
  let entries: readonly PolicyEntry[] | null = null;
  const compiled: CompiledPolicy = {
    identities: peers.regions.entries(identityOf),
    sets: sets.sort((a, b) => a.policySet - b.policySet),
    endpoints,
    get entries() {
      return (entries ??= [...compiledSets.values()].flatMap((set) => set.entries));
    },
    rules: [...ruleNames.values()].sort((a, b) => a.ruleId - b.ruleId),
    policies,
  };
  remember(compiled, {
    indexed,
    selectPods,
    ruleNames,
    identities: identities.withoutPast(),
    resolved,
    sets: compiledSets,
  });
  return compiled;
}

/** Pods and namespaces that did not change are selected as before. */
function select(world: PolicyWorld, memo: CompileMemo | undefined): Pick<CompileMemo, 'indexed' | 'selectPods'> {
  if (memo !== undefined && samePodsAndNamespaces(memo.indexed.world, world)) return memo;
  const indexed = indexWorld(world);
  return { indexed, selectPods: podSelection(indexed) };
}

function sortedByName(policies: readonly NetworkPolicy[]): NetworkPolicy[] {
  return policies
    .map((policy) => ({ policy, name: objectKey(policy) }))
    .sort((a, b) => compareText(a.name, b.name))
    .map(({ policy }) => policy);
}

/** The set as it was, where its policies and ports mean what they meant. */
function compileSet(
  policySet: number,
  pod: PolicyPod,
  ports: string,
  policies: readonly ResolvedPolicy[],
  memo: CompileMemo | undefined,
): CompiledSet {
  const before = memo?.sets.get(policySet);
  const same =
    before?.ports === ports &&
    before.policies.length === policies.length &&
    before.policies.every((policy, index) => policy === policies[index]);
  return same ? before : { policies, ports, entries: setEntries(policySet, pod, policies) };
}

/** Indices of the policies that select each pod; none for a pod that is not policed. */
function policiesByPod(
  indexed: IndexedWorld,
  policies: readonly NetworkPolicy[],
  selectPods: PodSelection,
): number[][] {
  const byPod: number[][] = indexed.world.pods.map(() => []);
  policies.forEach(({ namespace, podSelector }, policy) => {
    for (const pod of selectPods(namespace, { podSelector, namespaceSelector: null }, podSelector)) {
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
): SetClass[] {
  const names = policies.map((policy) =>
    policy.policyTypes.includes('ingress')
      ? policy.ingress.flatMap((rule) => rule.ports.filter((port) => typeof port.port === 'string'))
      : [],
  );
  const classes = new Map<string, SetClass & { readonly members: number[] }>();
  indexed.world.pods.forEach((pod, index) => {
    const own = selecting[index] ?? [];
    if (own.length === 0) return;
    const numbers = own.flatMap((policy) =>
      (names[policy] ?? []).map((port) => resolvePort(pod, String(port.port), port.protocol) ?? '-'),
    );
    const ports = numbers.join(',');
    const key = `${own.join(',')};${ports}`;
    const found = classes.get(key);
    if (found === undefined) classes.set(key, { members: [index], ports });
    else found.members.push(index);
  });
  return [...classes.values()];
}

interface SetClass {
  /** Indices into `world.pods`. */
  readonly members: readonly number[];
  /** What the named ports of their ingress rules stand for, as text. */
  readonly ports: string;
}

function isolating(direction: Direction, policies: readonly NetworkPolicy[]): string[] {
  return policies.filter((policy) => policy.policyTypes.includes(direction)).map(objectKey);
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
  classes: readonly SetClass[],
  pods: readonly PolicyPod[],
  previous: ReadonlyMap<number, number>,
): number[] {
  const shared = classes.flatMap(({ members }, fresh) =>
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
  known: ReadonlyMap<PolicyRule, RuleName> | undefined,
): ReadonlyMap<PolicyRule, RuleName> {
  const key = (rule: Omit<RuleName, 'ruleId'>): string => `${rule.policy} ${rule.direction}[${rule.index}]`;
  let kept: ReadonlyMap<string, number> | null = null;
  let next = previous.reduce((last, rule) => Math.max(last, rule.ruleId), 0) + 1;
  const names = new Map<PolicyRule, RuleName>();
  for (const policy of policies) {
    for (const direction of policy.policyTypes) {
      for (const rule of policy[direction]) {
        const present = known?.get(rule);
        if (present?.direction === direction && present.policy === objectKey(policy)) {
          names.set(rule, present);
          continue;
        }
        kept ??= new Map(previous.map((before) => [key(before), before.ruleId]));
        const name = { policy: objectKey(policy), direction, index: rule.index, position: rule.position };
        names.set(rule, { ruleId: kept.get(key(name)) ?? next++, ...name });
      }
    }
  }
  return names;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
