/** Which identities each peer of each rule means: the peers in force, as sets of regions, refined into classes. */
import { hostCidr, parseAddress, parseCidr } from '../address.ts';
import type { Cidr } from '../address.ts';
import { AddressRegions } from './identities.ts';
import { indexLabels } from '../label-index.ts';
import type { LabelIndex } from '../label-index.ts';
import type { LabelSelector, NetworkPolicy, Peer, PolicyPort } from '../network-policy.ts';
import { resolvePort } from '../ports.ts';
import { SELECT_ALL, selectorText } from '../selector.ts';
import type { IndexedWorld } from '../world.ts';

/** A peer, the same for all rules that write it alike. */
type PeerKey = string;

export interface PeerClasses {
  readonly regions: AddressRegions;
  /** Equal for peers that mean the same. */
  keyOf(policy: NetworkPolicy, peer: Peer): PeerKey;
  /** Classes that a peer means. */
  of(key: PeerKey): readonly number[];
  /** Where an egress rule's named port leads: class of the destination -> port. */
  named(port: PolicyPort): ReadonlyMap<number, number>;
}

/**
 * Partitions the address space by everything the policies name: pods, CIDRs, and the ports that names of egress rules
 * stand for at their destination.
 */
export function classifyPeers(
  indexed: IndexedWorld,
  selectPods: PodSelection,
  policies: readonly NetworkPolicy[],
): PeerClasses {
  const { peers, names } = whatPoliciesName(policies);
  const regions = new AddressRegions(prefixesOf(indexed, peers.values()));
  const podRegions = indexed.podAddresses.map((own) => own.map((address) => regions.regionOf(hostCidr(address))));
  const members = new Map<PeerKey, readonly number[]>();
  for (const [key, { policy, peer }] of peers) {
    members.set(
      key,
      peer.kind === 'ipBlock'
        ? regions.ofBlock(parseCidr(peer.cidr), peer.except.map(parseCidr))
        : selectPods(policy.namespace, peer, peer).flatMap((pod) => podRegions[pod] ?? []),
    );
  }
  const resolved = [...names].map(([key, port]) => ({ key, byNumber: podsByResolution(indexed, port) }));
  for (const set of members.values()) regions.refine(set);
  for (const { byNumber } of resolved) {
    for (const pods of byNumber.values()) regions.refine(pods.flatMap((pod) => podRegions[pod] ?? []));
  }
  const classes = new Map([...members].map(([key, set]) => [key, regions.classesOf(set)]));
  const numbers = new Map(
    resolved.map(({ key, byNumber }) => [
      key,
      new Map(
        [...byNumber].flatMap(([number, pods]) =>
          regions
            .classesOf(pods.flatMap((pod) => podRegions[pod] ?? []))
            .map((theClass) => [theClass, number] as const),
        ),
      ),
    ]),
  );
  return {
    regions,
    keyOf: peerKey,
    of: (key) => classes.get(key) ?? [],
    named: (port) => numbers.get(nameKey(port)) ?? new Map<number, number>(),
  };
}

/**
 * Pods that a peer's selectors mean, for a policy of this namespace; indices into `world.pods`.
 * @param owner what the selectors are part of: asked again for the same object, it knows the answer
 */
export type PodSelection = (policyNamespace: string, peer: SelectorPair, owner: object) => readonly number[];

interface SelectorPair {
  readonly podSelector: LabelSelector | null;
  readonly namespaceSelector: LabelSelector | null;
}

/** Prepares the lookups of pods by labels, in all namespaces and in each. */
export function podSelection(indexed: IndexedWorld): PodSelection {
  const { pods } = indexed.world;
  const labelsOf = (pod: number): Readonly<Record<string, string>> => pods[pod]?.labels ?? {};
  const members = new Map<string, number[]>(indexed.world.namespaces.map(({ name }) => [name, []]));
  pods.forEach(({ namespace }, pod) => {
    const list = members.get(namespace);
    if (list === undefined) members.set(namespace, [pod]);
    else list.push(pod);
  });
  const everywhere = indexLabels([...pods.keys()], labelsOf);
  const inNamespace = new Map<string, LabelIndex>(
    [...members].map(([name, own]) => [name, indexLabels(own, labelsOf)]),
  );
  const names = [...members.keys()];
  const namespaces = indexLabels([...names.keys()], (index) => indexed.namespaceLabels(names[index] ?? ''));
  const known = new WeakMap<object, { readonly namespace: string; readonly selected: readonly number[] }>();
  return (namespace, peer, owner) => {
    const present = known.get(owner);
    if (present?.namespace === namespace) return present.selected;
    const selected = find(namespace, peer);
    known.set(owner, { namespace, selected });
    return selected;
  };

  function find(policyNamespace: string, { podSelector, namespaceSelector }: SelectorPair): readonly number[] {
    const wanted = podSelector ?? SELECT_ALL;
    if (namespaceSelector === null) return inNamespace.get(policyNamespace)?.select(wanted) ?? [];
    const chosen = new Set(namespaces.select(namespaceSelector).map((index) => names[index]));
    return everywhere.select(wanted).filter((pod) => chosen.has(pods[pod]?.namespace));
  }
}

function whatPoliciesName(policies: readonly NetworkPolicy[]): {
  peers: Map<PeerKey, { policy: NetworkPolicy; peer: Peer }>;
  names: Map<string, PolicyPort>;
} {
  const peers = new Map<PeerKey, { policy: NetworkPolicy; peer: Peer }>();
  const names = new Map<string, PolicyPort>();
  for (const policy of policies) {
    for (const direction of policy.policyTypes) {
      for (const rule of policy[direction]) {
        for (const peer of rule.peers) peers.set(peerKey(policy, peer), { policy, peer });
        if (direction === 'ingress') continue;
        for (const port of rule.ports) if (typeof port.port === 'string') names.set(nameKey(port), port);
      }
    }
  }
  return { peers, names };
}

function* prefixesOf(indexed: IndexedWorld, peers: Iterable<{ readonly peer: Peer }>): Generator<Cidr> {
  for (const pod of indexed.world.pods) for (const text of pod.addresses) yield hostCidr(parseAddress(text));
  for (const { peer } of peers) {
    if (peer.kind === 'ipBlock') for (const text of [peer.cidr, ...peer.except]) yield parseCidr(text);
  }
}

function podsByResolution(indexed: IndexedWorld, { port, protocol }: PolicyPort): Map<number, number[]> {
  const byNumber = new Map<number, number[]>();
  indexed.world.pods.forEach((pod, index) => {
    const number = resolvePort(pod, String(port), protocol);
    if (number === null) return;
    const list = byNumber.get(number);
    if (list === undefined) byNumber.set(number, [index]);
    else list.push(index);
  });
  return byNumber;
}

function peerKey(policy: NetworkPolicy, peer: Peer): PeerKey {
  const known = peerKeys.get(peer);
  if (known?.namespace === policy.namespace) return known.key;
  const key = makePeerKey(policy, peer);
  peerKeys.set(peer, { namespace: policy.namespace, key });
  return key;
}

/** A peer is the same object in every version of its policy's life; the last namespace it was asked for. */
const peerKeys = new WeakMap<Peer, { readonly namespace: string; readonly key: PeerKey }>();

function makePeerKey(policy: NetworkPolicy, peer: Peer): PeerKey {
  if (peer.kind === 'ipBlock') return `block ${peer.cidr} ${[...peer.except].sort().join(',')}`;
  const pods = peer.podSelector === null ? '<all>' : selectorText(peer.podSelector);
  return peer.namespaceSelector === null
    ? `in ${policy.namespace}: ${pods}`
    : `where ${selectorText(peer.namespaceSelector)}: ${pods}`;
}

function nameKey({ port, protocol }: PolicyPort): string {
  return `${protocol}/${String(port)}`;
}
