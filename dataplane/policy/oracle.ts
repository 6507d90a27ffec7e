/**
 * The oracle: what NetworkPolicy says SHOULD happen to a packet, straight from the API's words and nothing of the compiler.
 *
 * Semantics: https://kubernetes.io/docs/concepts/services-networking/network-policies/ . A pod is isolated in a direction
 * when a policy of that type selects it; then only what a rule of such a policy admits may pass. ipBlock matches pods
 * as well as outside addresses. A rule with ports does not admit ICMP, a rule without does.
 */
import { cidrContains, familyOf, formatAddress, parseAddress, parseCidr } from './address.ts';
import type { DirectionJudgement, Judgement, RuleReference, Verdict } from './judgement.ts';
import {
  directions,
  type Direction,
  type NetworkPolicy,
  type Peer,
  type PolicyPort,
  type PolicyRule,
  type PolicyWorld,
  type Protocol,
} from './network-policy.ts';
import { resolvePort } from './ports.ts';
import { selects, selectorText } from './selector.ts';
import { objectKey } from './object-key.ts';
import { indexWorld } from './world.ts';
import type { IndexedWorld } from './world.ts';

export interface PacketQuestion {
  /** Any address; a pod's means the pod. Which of several two parties talk by is whoever asks to say (sim/plan/flows/address-pair.ts). */
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol | 'ICMP';
  /** Destination port; 0 for ICMP. */
  readonly port: number;
}

/** A world prepared for many questions. */
export interface Oracle {
  /** The verdict with its reasons. @throws RangeError for what is no address, and for two families. */
  judge(question: PacketQuestion): Judgement;
  /** The verdict alone; much faster for denials. */
  verdict(question: PacketQuestion): Verdict;
  /** Addresses of one kind get the same verdict, at the same port from or to whoever has neither. @param address textual */
  kindOf(address: string): number;
}

/** Judges one packet; prepare an oracle for more than a few. */
export function judge(world: PolicyWorld, question: PacketQuestion): Judgement {
  return prepareOracle(world).judge(question);
}

/** @throws RangeError when the world is malformed: bad addresses, two pods of one address or name. */
export function prepareOracle(world: PolicyWorld): Oracle {
  const indexed = indexWorld(world);
  const { match, matches } = peerMatcher(indexed);
  const isolating = {
    ingress: policiesByPod(indexed, 'ingress', match),
    egress: policiesByPod(indexed, 'egress', match),
  };
  const candidates = {
    ingress: rulesByPort(indexed, 'ingress', isolating.ingress),
    egress: rulesByPort(indexed, 'egress', isolating.egress),
  };
  const located = new Map<string, Located>();
  const kinds = new Map<string, number>();
  const numbers = new Map(world.policies.map((policy, i) => [policy, i]));

  const locate = (address: string): Located => {
    let found = located.get(address);
    if (found === undefined) {
      found = locateAddress(indexed, parseAddress(address));
      located.set(address, found);
    }
    return found;
  };

  const packetOf = ({ from, to, protocol, port }: PacketQuestion): Packet => {
    const packet = { from: locate(from), to: locate(to), protocol, port };
    if (familyOf(packet.from.address) !== familyOf(packet.to.address)) {
      throw new RangeError(
        `${formatAddress(packet.from.address)} and ${formatAddress(packet.to.address)} are of two families`,
      );
    }
    return packet;
  };

  /** What allows the packet in this direction; null: nothing. */
  const admit = (direction: Direction, packet: Packet): Admission | null => {
    const own = direction === 'egress' ? packet.from : packet.to;
    const peer = direction === 'egress' ? packet.to : packet.from;
    if (own.pod === null) return 'outside';
    if (own.pod === peer.pod) return 'self';
    if (world.pods[own.pod]?.policed !== true) return 'unpoliced';
    const policies = isolating[direction][own.pod] ?? [];
    if (policies.length === 0) return 'unisolated';
    return candidates[direction](own.pod, packet).find((rule) => admits(rule, direction, packet)) ?? null;
  };

  const admits = (rule: PreparedRule, direction: Direction, packet: Packet): boolean =>
    rule.admitsPeer(direction === 'egress' ? packet.to : packet.from) && admitsPort(indexed, rule.rule, packet);

  const direction = (side: Direction, packet: Packet): DirectionJudgement => {
    const admission = admit(side, packet);
    const own = side === 'egress' ? packet.from : packet.to;
    const name = own.pod === null ? null : nameOf(indexed, own.pod);
    if (typeof admission === 'string') return { outcome: 'allowed', because: admission, pod: name };
    if (admission !== null) {
      const rules = candidates[side](own.pod ?? -1, packet).filter((rule) => admits(rule, side, packet));
      return { outcome: 'allowed', because: 'rule', pod: name ?? '', rules: rules.map(({ reference }) => reference) };
    }
    const policies = isolating[side][own.pod ?? -1] ?? [];
    const peer = side === 'egress' ? packet.to : packet.from;
    return {
      outcome: 'denied',
      pod: name ?? '',
      isolatedBy: policies.map(({ policy }) => ({ policy: objectKey(policy), position: policy.position })),
      unmatched: policies.flatMap((policy) =>
        policy[side].map((rule) => ({
          rule: rule.reference,
          why: rule.admitsPeer(peer)
            ? whyNoPort(indexed, rule.rule, packet)
            : whyNoPeer(indexed, policy.policy, rule.rule, peer),
        })),
      ),
    };
  };

  return {
    judge(question) {
      const packet = packetOf(question);
      const egress = direction('egress', packet);
      const ingress = direction('ingress', packet);
      const allowed = egress.outcome === 'allowed' && ingress.outcome === 'allowed';
      const self = packet.from.pod !== null && packet.from.pod === packet.to.pod;
      return { verdict: allowed ? 'allowed' : 'denied', self, egress, ingress };
    },
    verdict(question) {
      const packet = packetOf(question);
      return admit('egress', packet) !== null && admit('ingress', packet) !== null ? 'allowed' : 'denied';
    },
    kindOf(address) {
      const party = locate(address);
      const { policed = false, ports = [] } = world.pods[party.pod ?? -1] ?? {};
      const policies = directions.map((side) =>
        (isolating[side][party.pod ?? -1] ?? []).map(({ policy }) => numbers.get(policy)),
      );
      const matched = matches().map((admits) => Number(admits(party)));
      const word = JSON.stringify([party.pod === null, policed, ports, policies, matched.join('')]);
      const kind = kinds.get(word) ?? kinds.size;
      kinds.set(word, kind);
      return kind;
    },
  };
}

/** A party found in the world. `index` is of `IndexedWorld.addresses`; null like `pod` for what is no pod. */
interface Located {
  readonly address: bigint;
  readonly index: number | null;
  readonly pod: number | null;
}

interface Packet {
  readonly from: Located;
  readonly to: Located;
  readonly protocol: Protocol | 'ICMP';
  readonly port: number;
}

interface PreparedRule {
  readonly rule: PolicyRule;
  readonly reference: RuleReference;
  admitsPeer(peer: Located): boolean;
}

interface PreparedPolicy {
  readonly policy: NetworkPolicy;
  readonly ingress: readonly PreparedRule[];
  readonly egress: readonly PreparedRule[];
}

type Admission = 'self' | 'outside' | 'unpoliced' | 'unisolated' | PreparedRule;
type PeerMatcher = (policy: NetworkPolicy, peer: Peer) => (candidate: Located) => boolean;

function locateAddress(indexed: IndexedWorld, address: bigint): Located {
  const index = indexed.byAddress.get(address) ?? null;
  return { address, index, pod: index === null ? null : (indexed.addresses[index]?.pod ?? null) };
}

function policiesByPod(indexed: IndexedWorld, direction: Direction, match: PeerMatcher): PreparedPolicy[][] {
  const byPod: PreparedPolicy[][] = indexed.world.pods.map(() => []);
  const byNamespace = new Map<string, number[]>();
  indexed.world.pods.forEach(({ namespace }, pod) => {
    const pods = byNamespace.get(namespace);
    if (pods === undefined) byNamespace.set(namespace, [pod]);
    else pods.push(pod);
  });
  for (const policy of indexed.world.policies) {
    if (!policy.policyTypes.includes(direction)) continue;
    const prepared: PreparedPolicy = {
      policy,
      ingress: policy.ingress.map((rule) => prepareRule(policy, 'ingress', rule, match)),
      egress: policy.egress.map((rule) => prepareRule(policy, 'egress', rule, match)),
    };
    for (const pod of byNamespace.get(policy.namespace) ?? []) {
      if (selects(policy.podSelector, indexed.world.pods[pod]?.labels ?? {})) byPod[pod]?.push(prepared);
    }
  }
  return byPod;
}

/**
 * Rules of a pod's policies that may admit a port, kept by protocol and port: most questions about a pod ask for few.
 * A named port of an egress rule stands for another number at every destination, so such a rule is always among them.
 */
function rulesByPort(
  indexed: IndexedWorld,
  direction: Direction,
  byPod: readonly (readonly PreparedPolicy[])[],
): (pod: number, packet: Packet) => readonly PreparedRule[] {
  const known = indexed.world.pods.map(() => new Map<string, PreparedRule[]>());
  const named = ({ rule }: PreparedRule): boolean => rule.ports.some((port) => typeof port.port === 'string');
  return (pod, packet) => {
    const key = `${packet.protocol}/${packet.port}`;
    let rules = known[pod]?.get(key);
    if (rules === undefined) {
      rules = (byPod[pod] ?? [])
        .flatMap((policy) => policy[direction])
        .filter((rule) => (direction === 'egress' && named(rule)) || admitsPort(indexed, rule.rule, packet));
      known[pod]?.set(key, rules);
    }
    return rules;
  };
}

function prepareRule(policy: NetworkPolicy, direction: Direction, rule: PolicyRule, match: PeerMatcher): PreparedRule {
  const peers = rule.peers.map((peer) => match(policy, peer));
  return {
    rule,
    reference: { policy: objectKey(policy), direction, index: rule.index, position: rule.position },
    admitsPeer: (candidate) => peers.length === 0 || peers.some((admits) => admits(candidate)),
  };
}

interface PeerMatchers {
  readonly match: PeerMatcher;
  /** Every one that was made. */
  readonly matches: () => ((candidate: Located) => boolean)[];
}

/** Peers written the same way share one table over the pods' addresses, filled on first sight of each. */
function peerMatcher(indexed: IndexedWorld): PeerMatchers {
  const shared = new Map<string, (candidate: Located) => boolean>();
  const match: PeerMatcher = (policy, peer) => {
    const key = peerText(policy, peer);
    let found = shared.get(key);
    if (found === undefined) {
      found = remembered(
        indexed,
        peer.kind === 'ipBlock' ? blockMatch(peer) : podMatch(indexed, policy.namespace, peer),
      );
      shared.set(key, found);
    }
    return found;
  };
  return { match, matches: () => [...shared.values()] };
}

function remembered(indexed: IndexedWorld, match: (candidate: Located) => boolean): (candidate: Located) => boolean {
  const known = new Int8Array(indexed.addresses.length).fill(-1);
  return (candidate) => {
    if (candidate.index === null) return match(candidate);
    if (known[candidate.index] === -1) known[candidate.index] = match(candidate) ? 1 : 0;
    return known[candidate.index] === 1;
  };
}

function blockMatch(peer: Peer & { kind: 'ipBlock' }): (candidate: Located) => boolean {
  const cidr = parseCidr(peer.cidr);
  const except = peer.except.map(parseCidr);
  return ({ address }) => cidrContains(cidr, address) && !except.some((hole) => cidrContains(hole, address));
}

function podMatch(
  indexed: IndexedWorld,
  policyNamespace: string,
  { podSelector, namespaceSelector }: Peer & { kind: 'pods' },
): (candidate: Located) => boolean {
  return (candidate) => {
    const pod = candidate.pod === null ? undefined : indexed.world.pods[candidate.pod];
    if (pod === undefined) return false;
    const inNamespace =
      namespaceSelector === null
        ? pod.namespace === policyNamespace
        : selects(namespaceSelector, indexed.namespaceLabels(pod.namespace));
    return inNamespace && (podSelector === null || selects(podSelector, pod.labels));
  };
}

function admitsPort(indexed: IndexedWorld, rule: PolicyRule, packet: Packet): boolean {
  if (rule.ports.length === 0) return true;
  for (const { protocol, port, endPort } of rule.ports) {
    if (protocol !== packet.protocol) continue;
    if (port === null) return true;
    if (typeof port === 'number') {
      if (port <= packet.port && packet.port <= (endPort ?? port)) return true;
      continue;
    }
    const pod = indexed.world.pods[packet.to.pod ?? -1];
    if (pod !== undefined && resolvePort(pod, port, protocol) === packet.port) return true;
  }
  return false;
}

function whyNoPeer(indexed: IndexedWorld, policy: NetworkPolicy, rule: PolicyRule, peer: Located): string {
  const who =
    peer.pod === null ? formatAddress(peer.address) : `${nameOf(indexed, peer.pod)} (${formatAddress(peer.address)})`;
  return `${who} is none of its peers: ${rule.peers.map((each) => peerText(policy, each)).join('; ')}`;
}

function whyNoPort(indexed: IndexedWorld, rule: PolicyRule, { protocol, port, to }: Packet): string {
  const ports = rule.ports.map(portText).join(', ');
  if (protocol === 'ICMP') return `it names ports (${ports}), so it does not admit ICMP`;
  const pod = indexed.world.pods[to.pod ?? -1];
  const names = rule.ports.flatMap((each) => {
    if (typeof each.port !== 'string') return [];
    const number = pod === undefined ? null : resolvePort(pod, each.port, each.protocol);
    const where = to.pod === null ? formatAddress(to.address) : nameOf(indexed, to.pod);
    return [number === null ? `${where} has no port ${portText(each)}` : `${portText(each)} is ${number} at ${where}`];
  });
  return [`${protocol}/${port} is none of its ports: ${ports}`, ...names].join('; ');
}

function peerText(policy: NetworkPolicy, peer: Peer): string {
  if (peer.kind === 'ipBlock') {
    return `ipBlock ${peer.cidr}${peer.except.length === 0 ? '' : ` except ${peer.except.join(', ')}`}`;
  }
  const pods = peer.podSelector === null ? '<all>' : selectorText(peer.podSelector);
  const namespaces =
    peer.namespaceSelector === null
      ? `namespace ${policy.namespace}`
      : `namespaces ${selectorText(peer.namespaceSelector)}`;
  return `pods ${pods} in ${namespaces}`;
}

function portText({ protocol, port, endPort }: PolicyPort): string {
  return `${protocol}/${port ?? '*'}${endPort === null ? '' : `-${endPort}`}`;
}

function nameOf(indexed: IndexedWorld, pod: number): string {
  const found = indexed.world.pods[pod];
  return found === undefined ? '' : objectKey(found);
}
