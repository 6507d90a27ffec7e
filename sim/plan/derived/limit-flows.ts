/**
 * The flows that measure the limits of manifests: one for each limited workload and direction, between the pod and a peer that the
 * policies let it talk to and that has no tighter limit. Pure.
 */
import { cidrContains, parseCidr } from '../../../dataplane/policy/address.ts';
import { explainVerdict } from '../../../dataplane/policy/judgement.ts';
import type { Oracle } from '../../../dataplane/policy/oracle.ts';
import type { NetworkPolicy, Protocol } from '../../../dataplane/policy/network-policy.ts';
import { familyOfText, pairAddresses } from '../flows/address-pair.ts';
import { FIRST_FLOW_PORT } from '../flows/denied-flows.ts';
import type { Located } from '../../manifest/manifests.ts';
import { askOfScenario } from '../ask-of-scenario.ts';
import { planFlow, type FlowContext } from '../flows/flows.ts';
import { hasRates, wayOfPair } from '../wire/links.ts';
import type { Party } from '../cluster/parties.ts';
import { pathBetween } from '../wire/path.ts';
import { PeersByRank, type Ranked } from './peers-by-rank.ts';
import type { FlowPlan, HostPlan, NodePlan, PodPlan, UnmeasuredLimit } from '../plan.ts';
import { remembered } from '../remembered.ts';
import { fineEnough, isCoarse, trafficFor, type Traffic } from './measured-limit.ts';
import { vlanOf, type PeerHosts } from './peer-host.ts';

/** A limit of a workload, or of a pod that is nobody's. */
export interface Limit {
  /** `namespace/name` of the workload or pod. */
  readonly of: string;
  readonly direction: 'egress' | 'ingress';
  readonly bps: number;
  /** Pods that have it; any of them may stand for the others. */
  readonly pods: readonly Party[];
}

export interface LimitFlows {
  readonly flows: readonly FlowPlan[];
  /** Hosts that are measured against, and were not there. */
  readonly hosts: readonly HostPlan[];
  readonly unmeasured: readonly { readonly limit: UnmeasuredLimit; readonly help: string }[];
}

/** `scenario.file` '': there is none. */
export type LimitContext = FlowContext & { readonly scenario: Pick<Located, 'file'> };

export interface Cluster {
  readonly pods: readonly Party[];
  readonly nodes: readonly NodePlan[];
  readonly policies: readonly NetworkPolicy[];
  readonly oracle: Oracle;
  readonly hosts: PeerHosts;
  /** Of a party, as a number. */
  readonly addressOf: (text: string) => bigint;
  /** Pods of one kind may send the same, or be sent the same, as fast, to or from whoever is neither. */
  readonly kindOf: (pod: Party) => string;
}

/** Every limit once, in the order of the pods. */
export function limitsOf(pods: readonly Party[]): Limit[] {
  const limits = new Map<string, { limit: Omit<Limit, 'pods'>; pods: Party[] }>();
  for (const party of pods) {
    if (party.pod === null) continue;
    for (const [direction, bps] of [
      ['egress', party.pod.limits.egressBps],
      ['ingress', party.pod.limits.ingressBps],
    ] as const) {
      if (bps === null) continue;
      const of = workloadOf(party.pod);
      const key = `${party.pod.owner?.kind ?? 'Pod'} ${of} ${direction} ${bps}`;
      const known = limits.get(key);
      if (known === undefined) limits.set(key, { limit: { of, direction, bps }, pods: [party] });
      else known.pods.push(party);
    }
  }
  return [...limits.values()].map(({ limit, pods: those }) => ({ ...limit, pods: those }));
}

export function limitFlows(limits: readonly Limit[], cluster: Cluster, context: LimitContext): LimitFlows {
  const flows: FlowPlan[] = [];
  const hosts = new Map<string, HostPlan>();
  const unmeasured: LimitFlows['unmeasured'][number][] = [];
  const uses = new Map<string, number>();
  const used = (name: string): number => uses.get(name) ?? 0;
  const peers = new PeersByRank(cluster.pods, wordsOf, used);
  for (const limit of limits) {
    const { of, direction, bps: limitBps } = limit;
    const found = choose(limit, cluster, peers, context);
    if ('why' in found) {
      unmeasured.push({ limit: { of, direction, limitBps, why: found.why }, help: found.help });
      continue;
    }
    const { from, to, port, traffic, host } = found;
    const line = {
      path: [],
      from: [],
      to: [],
      rateBps: null,
      family: null,
      ping: false,
      generator: null,
      congestion: null,
      ecn: null,
      sendBufferBytes: null,
      receiveBufferBytes: null,
      requests: null,
      bytes: null,
      protocol: traffic.protocol,
      streams: traffic.streams,
      durationNs: traffic.durationNs,
      datagramBytes: traffic.datagramBytes,
      port,
    };
    const flow = planFlow(from, to, line, traffic.offeredBps, flows.length + 1, context);
    if (flow === null) continue;
    const measures = { of, direction, limitBps, replicas: limit.pods.length, grainPct: traffic.grainPct };
    flows.push({ ...flow, measures });
    for (const { name } of [from, to]) uses.set(name, used(name) + 1);
    if (host !== null) hosts.set(host.name, host);
  }
  return { flows, hosts: [...hosts.values()], unmeasured };
}

interface Choice {
  readonly from: Party;
  readonly to: Party;
  /** null: any. */
  readonly port: number | null;
  readonly traffic: Traffic;
  readonly host: HostPlan | null;
}

interface Rated extends Choice {
  readonly rank: number;
}

/** Of pods by the policies, and by what a peer's rank depends on. */
export function kindsOf(oracle: Pick<Oracle, 'kindOf'>): (pod: Party) => string {
  return remembered((pod: Party) =>
    [...pod.addresses.map((address) => oracle.kindOf(address)), wordsOf(pod)].join(' '),
  );
}

/** What a peer's rank depends on: node, master, limits and families of addresses. */
function wordsOf(party: Party): string {
  const { egressBps = null, ingressBps = null } = party.pod?.limits ?? {};
  const families = party.addresses.map(familyOfText).join('');
  return [party.pod?.node, party.slave?.master, egressBps, ingressBps, families].join(' ');
}

/** Peers that leave the limit the tightest come first, among them pods, then those that are least used. */
function choose(
  limit: Limit,
  cluster: Cluster,
  peers: PeersByRank,
  context: LimitContext,
): Choice | { readonly why: string; readonly help: string } {
  let best: Rated | null = null;
  let denial: string | null = null;
  let slow = false;
  for (const pod of limit.pods.slice(0, REPLICAS_TRIED)) {
    const reaches = reachOf(pod, cluster, context);
    const beside = pod.pod === null ? null : cluster.hosts.beside(pod.pod);
    // Of those that the policies tell from no other one is asked: it is denied, too slow, or taken.
    const asked = new Set<string>();
    const wasAsked = (peer: Party): boolean => asked.has(cluster.kindOf(peer));
    for (const { peer, host, rank } of candidatesFor(pod, limit, { peers, beside, wasAsked }, context)) {
      if (best !== null && best.rank <= rank) break;
      if ((host === null && wasAsked(peer)) || !reaches(peer)) continue;
      if (host === null) asked.add(cluster.kindOf(peer));
      const [from, to] = limit.direction === 'egress' ? [pod, peer] : [peer, pod];
      const open = openPort(limit, from, to, cluster, context);
      if (typeof open === 'string') {
        denial ??= open;
        continue;
      }
      if (!fineEnough(open.traffic)) {
        slow = true;
        continue;
      }
      best = { from, to, ...open, host, rank };
    }
    if (best !== null && best.rank < HOST_RANK) break;
  }
  if (best !== null) return best;
  const between = limit.direction === 'egress' ? `from ${limit.of} to` : `to ${limit.of} from`;
  if (slow) {
    const flow = `a flow ${between} a peer that lasts longer, as \`duration: 60s\``;
    return { why: 'it is too slow to be measured within 10 s', help: askOfScenario(flow, context.scenario) };
  }
  if (denial !== null) {
    const host = askOfScenario(`a host that they allow, and a flow ${between} it,`, context.scenario);
    return { why: `no peer is allowed: ${denial}`, help: `let the policies allow a peer, or ${host}` };
  }
  return {
    why: 'nobody else is on its network, and no host can be put there',
    help: `give it a peer: a second pod on the network of ${limit.of}, in its subnet`,
  };
}

interface PeerOrHost extends Ranked {
  readonly host: HostPlan | null;
}

interface Around {
  readonly peers: PeersByRank;
  readonly beside: { readonly party: Party; readonly plan: HostPlan } | null;
  /** Whether one that is the same to the policies was. */
  readonly wasAsked: (peer: Party) => boolean;
}

/** Pods and the host beside, by rank: no pod has that of a host. */
function* candidatesFor(
  pod: Party,
  limit: Limit,
  { peers, beside, wasAsked }: Around,
  context: LimitContext,
): Generator<PeerOrHost> {
  const host: PeerOrHost | null = beside && {
    peer: beside.party,
    host: beside.plan,
    rank: rankOf(limit, pod, beside.party, context) + HOST_RANK,
  };
  let isDue = host !== null;
  const question = `${limit.direction} ${limit.bps}`;
  for (const { peer, rank } of peers.of(pod, question, (one) => rankOf(limit, pod, one, context), wasAsked)) {
    if (host !== null && isDue && host.rank < rank) {
      yield host;
      isDue = false;
    }
    yield { peer, rank, host: null };
  }
  if (host !== null && isDue) yield host;
}

/** 0: the limit alone binds. Else it, or what it would be measured by, is shared, tighter, or starved of acknowledgements. */
function rankOf({ direction, bps }: Limit, pod: Party, peer: Party, context: FlowContext): number {
  const there = peer.pod?.limits ?? null;
  const [ahead, back] =
    direction === 'egress' ? [there?.ingressBps, there?.egressBps] : [there?.egressBps, there?.ingressBps];
  const wire = direction === 'egress' ? wireBps(pod, peer, context) : wireBps(peer, pod, context);
  const tightest = Math.min(ahead ?? Number.POSITIVE_INFINITY, wire ?? Number.POSITIVE_INFINITY);
  const binds = tightest > bps ? 0 : tightest === bps ? 4 : 8;
  const answers = back == null || back >= bps * ACKNOWLEDGEMENTS ? 0 : 2;
  const free = ahead == null && back == null ? 0 : HOST_RANK / 2;
  return binds + answers + free;
}

/** null: none, or as fast as the kernel can. */
function wireBps(from: Party, to: Party, { underlay, parties: { nodes } }: FlowContext): number | null {
  if (!hasRates(underlay)) return null;
  const pair = pairAddresses(from, to, null);
  return pair === null ? null : (wayOfPair(underlay, nodes, from, to, pair)?.rateBps ?? null);
}

/** TCP in one direction has acknowledgements in the other: 66 bytes for two frames of 1514, generously. */
const ACKNOWLEDGEMENTS = 0.05;
/** A pod that leaves the limit the tightest is better than a host, a host better than one that does not. */
const HOST_RANK = 1;
/** Of a workload whose pods differ, by labels or node. */
const REPLICAS_TRIED = 3;

/** Who is on one wire and in one subnet with a pod: no router is between them. */
function reachOf(
  pod: Party,
  { nodes, addressOf }: Cluster,
  { underlay, parties: { hosts } }: FlowContext,
): (peer: Party) => boolean {
  const { slave } = pod;
  if (pod.pod === null || slave === null) return () => false;
  const subnets = slave.addresses.map(parseCidr);
  const vlan = vlanOf(nodes, pod.pod.node, slave);
  return (peer) => {
    const pair = pairAddresses(pod, peer, null);
    if (pair === null || !subnets.some((subnet) => cidrContains(subnet, addressOf(pair.to)))) return false;
    const there = peer.pod === null || peer.slave === null ? null : vlanOf(nodes, peer.pod.node, peer.slave);
    return vlan === there && pathBetween({ underlay, nodes, hosts }, pod, peer).open;
  };
}

/** How the flow may go; in words why not at all. */
function openPort(
  limit: Limit,
  from: Party,
  to: Party,
  { oracle, policies }: Cluster,
  context: FlowContext,
): Pick<Choice, 'port' | 'traffic'> | string {
  const pair = pairAddresses(from, to, null);
  if (pair === null) return `${from.name} and ${to.name} have no address family in common`;
  const bps = Math.min(limit.bps, ahead(limit, from, to) ?? limit.bps, wireBps(from, to, context) ?? limit.bps);
  const byTcp = trafficFor(limit.direction, bps, 'TCP');
  const byUdp = trafficFor(limit.direction, bps, 'UDP');
  const prefersUdp = isCoarse(byTcp) && byUdp.grainPct < byTcp.grainPct;
  const open = (prefersUdp ? [byUdp, byTcp] : [byTcp, byUdp]).flatMap((traffic) => {
    const { protocol } = traffic;
    const ports = [null, ...portsNamed(to.pod, policies, protocol)];
    const admitted = ports.find((port) => {
      const question = { from: pair.from, to: pair.to, protocol, port: port ?? FIRST_FLOW_PORT };
      return oracle.verdict(question) === 'allowed';
    });
    return admitted === undefined ? [] : [{ port: admitted, traffic }];
  });
  const found = open.find(({ traffic }) => fineEnough(traffic)) ?? open[0];
  if (found !== undefined) return found;
  return explainVerdict(oracle.judge({ from: pair.from, to: pair.to, protocol: 'TCP', port: FIRST_FLOW_PORT }));
}

function ahead({ direction }: Limit, from: Party, to: Party): number | null {
  return (direction === 'egress' ? to.pod?.limits.ingressBps : from.pod?.limits.egressBps) ?? null;
}

/** Ports that the receiver declares, then those that policies speak of. */
function portsNamed(to: PodPlan | null, policies: readonly NetworkPolicy[], protocol: Protocol): number[] {
  const declared = (to?.ports ?? []).filter((port) => port.protocol === protocol).map(({ port }) => port);
  const rules = policies.flatMap(({ ingress, egress }) => [...ingress, ...egress]);
  const named = rules
    .flatMap(({ ports }) => ports)
    .flatMap((port) => (port.protocol === protocol && typeof port.port === 'number' ? [port.port] : []));
  return [...new Set([...declared, ...named])];
}

function workloadOf({ namespace, name, owner }: PodPlan): string {
  return `${namespace}/${owner?.name ?? name}`;
}
