/**
 * The plan: what the manifests mean, resolved, in base units, as plain JSON. The agent executes it and nothing else;
 * `ipvlane plan --json` prints it.
 *
 * Units: rates in bits per second (`...Bps` = bits/s), times in nanoseconds (`...Ns`) or milliseconds (`...Ms`),
 * sizes in bytes. Addresses are text in canonical form.
 */
import type { WireDiscipline } from '../manifest/wire-disciplines.ts';
import type { Bursts } from '../../dataplane/bandwidth/bursts.ts';
import type { Charge } from '../../dataplane/bandwidth/charge.ts';
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import type { NetworkPolicy, Position, Protocol } from '../../dataplane/policy/network-policy.ts';
import type { FrameName } from '../manifest/frame-names.ts';
import type { ClusterChange } from './cluster.ts';

/** The readers of a trace check them too. */
export { frameNames } from '../manifest/frame-names.ts';
export { wireDisciplines } from '../manifest/wire-disciplines.ts';

export const PLAN_SCHEMA = 'ipvlane.plan/v1';

export interface Plan {
  readonly schema: typeof PLAN_SCHEMA;
  readonly scenario: {
    readonly name: string;
    readonly description: string | null;
    /** Path of the Scenario's file as given on the command line; null when there was none. */
    readonly file: string | null;
  };
  /** What enforces the limits. */
  readonly engine: EngineName;
  readonly underlay: UnderlayPlan;
  readonly nodes: readonly NodePlan[];
  readonly hosts: readonly HostPlan[];
  readonly namespaces: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  /** There from the beginning; those that come later stand in the step that brings them. */
  readonly pods: readonly PodPlan[];
  /** In force from the beginning; `apply` steps add to them. */
  readonly policies: readonly NetworkPolicy[];
  readonly timeline: readonly StepPlan[];
  /** Left out: as the dataplane has it by itself. */
  readonly dataplane?: DataplanePlan;
  /** Limits that the plan was to measure by itself, and cannot; left out: none. */
  readonly unmeasured?: readonly UnmeasuredLimit[];
}

/** A limit of a workload, or of a pod that is nobody's. */
interface LimitOf {
  /** `namespace/name` of the workload or pod. */
  readonly of: string;
  readonly direction: 'egress' | 'ingress';
  readonly limitBps: number;
}

export interface UnmeasuredLimit extends LimitOf {
  /** In words. */
  readonly why: string;
}

/** The limit that a flow is there to measure. */
export interface MeasuredLimit extends LimitOf {
  /** Pods that have it; one of them is measured. */
  readonly replicas: number;
  /** By how much one packet more or less in its window changes the rate, in percent. */
  readonly grainPct: number;
}

export interface DataplanePlan {
  /** Room of maps, in entries, by name; of those that are left out `mapRoom` says. */
  readonly maps: Readonly<Record<string, number>>;
  /** Whether a pod may send from, and be sent to, its own addresses alone. */
  readonly verifyAddresses: boolean;
  /** What a full map of connections does with a new one; left out: it forgets the least used. */
  readonly fullConntrack?: 'forget' | 'refuse';
  /** What a frame is charged against a limit; left out: as the kernel counts it. */
  readonly charge?: Charge;
  /** Of the engine `cni-bandwidth`; left out: the default of its plugin. */
  readonly bursts?: Bursts;
}

/** Of pods' limits, and of every rate on the wire that is foretold or measured. */
export function chargeOf({ dataplane }: { readonly dataplane?: DataplanePlan | undefined }): Charge {
  return dataplane?.charge ?? 'l2';
}

/** The wire between the nodes: a bridge in a namespace of its own, one port a NIC. Its rate is that of each port, each way; a packet meets all else once. */
export interface UnderlayPlan extends WayPlan {
  readonly mtu: number;
  /** Share of the packets, 0 to 100, each way: not delayed, so they overtake those that are. */
  readonly reorderPct?: number;
  readonly duplicatePct?: number;
  /** None speaks of a place that another speaks of. What a place has, one way, says `linkWay` (links.ts). */
  readonly links?: readonly LinkPlan[];
}

export interface WayPlan {
  /** null: as fast as the kernel can. With a trace: what full frames come to in one round of it. */
  readonly rateBps: number | null;
  /** When packets are taken, in place of a steady rate. */
  readonly trace?: DeliveryTracePlan;
  /** What may wait in front of the rate; left out: a round trip of it or 10 ms, 256 KiB at least, first in, first out. */
  readonly queue?: WireQueuePlan;
  readonly delayNs: number;
  /** A packet is early or late of the delay by no more than this. */
  readonly jitterNs?: number;
  /** Share of the packets, 0 to 100. */
  readonly lossPct?: number;
}

/** Where a machine meets the wire by another link than the others. */
export interface LinkPlan {
  /** `node:NAME` or `host:NAME`. */
  readonly of: string;
  /** Of a node; left out: each of its NICs. */
  readonly interface?: string;
  /** `host:NAME` of the router at its other end; left out: the network between all others. Nothing of the wire's is met on such a link. */
  readonly behind?: string;
  /** Of both ends of a link to a router; left out: the wire's. */
  readonly mtu?: number;
  /** What the machine sends. */
  readonly up?: LinkWayPlan;
  /** What comes to it. */
  readonly down?: LinkWayPlan;
}

/** As it was said: rate, trace and queue stand in place of the wire's, the others are had beside it. */
export type LinkWayPlan = Partial<WayPlan>;

/** A buffer in one of three units at most; none: as without a queue, or the discipline's own. */
export interface WireQueuePlan {
  readonly discipline: WireDiscipline;
  /** Of frames, with their Ethernet headers. */
  readonly bytes?: number;
  readonly packets?: number;
  readonly timeNs?: number;
}

export interface DeliveryTracePlan {
  /** As the Scenario names it. */
  readonly file: string;
  /** From its beginning, in order, each an opportunity for a packet of 1500 bytes; after the last it begins anew. */
  readonly momentsMs: readonly number[];
}

/** A network device of a node that pods may be slaves of. */
export type MasterPlan =
  | {
      readonly kind: 'nic';
      readonly name: string;
      readonly mtu: number;
      readonly addresses: readonly string[];
      /** No super-packets: every frame is sent by itself. */
      readonly gso?: false;
      /** Bytes of the largest super-packet that it takes whole; left out: 65536. */
      readonly gsoMaxSize?: number;
      /** The same of the slaves on it, which inherit nothing. */
      readonly podGsoMaxSize?: number;
    }
  | {
      readonly kind: 'vlan';
      readonly name: string;
      readonly parent: string;
      readonly vlanId: number;
      readonly mtu: number;
      readonly addresses: readonly string[];
    }
  | {
      readonly kind: 'bond';
      readonly name: string;
      readonly parents: readonly string[];
      /** Linux bonding mode number 0-6. */
      readonly mode: number;
      readonly mtu: number;
      readonly addresses: readonly string[];
    };

export interface NodePlan {
  readonly name: string;
  /** In the order they must be made: NICs, bonds, VLANs. `addresses` are CIDR text. */
  readonly masters: readonly MasterPlan[];
  /** To what is behind routers; left out: none. */
  readonly routes?: readonly (RoutePlan & { readonly device: string })[];
}

/** A machine outside the cluster, on the underlay or behind a router (`LinkPlan.behind`): the world that ipBlock and egress rules speak of. */
export interface HostPlan {
  readonly name: string;
  /** Of its network interface; left out: that of the wire. */
  readonly mtu?: number;
  /** It forwards to and from the hosts behind it. */
  readonly router?: true;
  /** CIDR text. */
  readonly addresses: readonly string[];
  readonly routes: readonly RoutePlan[];
  /** Of the router that it is behind: by its port to it, to it and to all that is behind it; left out: it is on the underlay. */
  readonly portRoutes?: readonly RoutePlan[];
}

export interface RoutePlan {
  /** CIDR text; `0.0.0.0/0` or `::/0` is the default route. */
  readonly to: string;
  /** null: on link. */
  readonly via: string | null;
}

export interface PodPlan {
  readonly namespace: string;
  readonly name: string;
  /** Unique in the lab, from 1: names the endpoint in the dataplane. */
  readonly endpointId: number;
  readonly node: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The workload that owns it, as `kubectl get` names it: `{kind: 'Deployment', name: 'test'}`. */
  readonly owner: { readonly kind: string; readonly name: string } | null;
  readonly interfaces: readonly InterfacePlan[];
  /** Bits per second; null: unlimited. Null as well where `enforced` is false. */
  readonly limits: LimitsPlan;
  /** True when the CNI chain of eth0 holds spidernet-chainer/cilium-cni: limits and policies apply. */
  readonly enforced: boolean;
  readonly ports: readonly { readonly name: string | null; readonly protocol: Protocol; readonly port: number }[];
  /** Of its network stack; left out: as the kernel has them. */
  readonly sysctls?: readonly SysctlPlan[];
}

/** `name` with dots: `net.ipv4.tcp_rmem`, `net.ipv4.conf.eth0/100.rp_filter`. */
export interface SysctlPlan {
  readonly name: string;
  readonly value: string;
}

export interface LimitsPlan {
  readonly ingressBps: number | null;
  readonly egressBps: number | null;
}

export interface InterfacePlan {
  readonly name: string;
  /** `namespace/name` of the NetworkAttachmentDefinition; null for the default network of a bare folder. */
  readonly network: string | null;
  readonly master: string;
  readonly mode: 'l2' | 'l3' | 'l3s';
  /** As of the NIC below. */
  readonly gso?: false;
  /** Bytes of the largest super-packet; left out: 65536. */
  readonly gsoMaxSize?: number;
  readonly isolation: 'bridge' | 'private' | 'vepa';
  readonly mtu: number;
  /** CIDR text. */
  readonly addresses: readonly string[];
  readonly routes: readonly RoutePlan[];
  /** Names of the SpiderIPPools the addresses came from. */
  readonly pools: readonly string[];
}

/** Who sends or receives in a step: a pod, an outside host, or a node. */
export type PartyPlan =
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'host'; readonly name: string }
  | { readonly kind: 'node'; readonly name: string };

interface StepBase {
  /** Index in the timeline, from 0. */
  readonly index: number;
  readonly name: string;
  readonly position: Position | null;
  /** It begins no sooner than so long after the beginning of that step, by its index; left out: at once. */
  readonly notBefore?: { readonly step: number; readonly ns: number };
}

export type StepPlan =
  | (StepBase & {
      readonly kind: 'wait';
      /** Until all of these are ready; the step fails after the time-out. */
      readonly pods: readonly PartyPlan[];
      readonly timeoutNs: number;
    })
  | (StepBase & {
      readonly kind: 'traffic';
      readonly flows: readonly FlowPlan[];
      /** The next step begins at once; the timeline ends when the flows have ended too. */
      readonly background?: boolean;
      readonly expect: readonly ExpectationPlan[];
    })
  | (StepBase & {
      readonly kind: 'inject';
      /** One after the other. */
      readonly injections: readonly InjectionPlan[];
      /** Of `drops` at the two ends of every injection, for the time of the step. */
      readonly expect: readonly ExpectationPlan[];
    })
  | (StepBase & {
      readonly kind: 'probe';
      readonly probes: readonly ProbePlan[];
      /** How long a probe may stay unanswered before it counts as denied. */
      readonly timeoutNs: number;
    })
  | ChangeStepPlan
  | (StepBase & { readonly kind: 'underlay'; /** The whole wire from then on. */ readonly underlay: UnderlayPlan })
  | (StepBase & {
      readonly kind: 'link';
      readonly node: string;
      /** Of a NIC. */
      readonly interface: string;
      readonly up: boolean;
    })
  | (StepBase & { readonly kind: 'sleep'; readonly durationNs: number });

/** The verbs that change the cluster while it lives. */
export const changeVerbs = ['apply', 'delete', 'restart', 'label', 'scale', 'annotate'] as const;
export type ChangeVerb = (typeof changeVerbs)[number];

export type ChangeStepPlan = {
  [Verb in ChangeVerb]: StepBase & { readonly kind: Verb; readonly change: ClusterChange };
}[ChangeVerb];

export interface FlowPlan {
  /** Unique in the lab, from 1; traces name it. */
  readonly flowId: number;
  readonly from: PartyPlan;
  readonly to: PartyPlan;
  /** Addresses used, text without prefix. */
  readonly fromAddress: string;
  readonly toAddress: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly streams: number;
  /** Of a flow with a volume: the time it may take. */
  readonly durationNs: number;
  /** Payload that ends the flow when all of it has arrived; left out: time ends it. */
  readonly volume?: VolumePlan;
  /** Offered rate; required for UDP; null: as fast as it goes. */
  readonly offeredBps: number | null;
  /** What the offered payload takes on the wire, acknowledgements aside; left out: as fast as it goes. */
  readonly offeredWireBps?: number;
  /** Payload bytes per datagram (UDP) ; null for TCP. */
  readonly datagramBytes: number | null;
  /** Where the receiver listens; left out: a port that no other flow of the lab has. */
  readonly port?: number;
  /** Measure round trips from -> to before the flow (idle) and during it (under load). */
  readonly ping: boolean;
  /** Who makes the traffic; left out: chosen by protocol and clock (docs/measurement.md). */
  readonly generator?: 'iperf3' | 'ipvlane';
  /** TCP congestion control; left out: the kernel's default. */
  readonly congestion?: string;
  /** What each socket asks the kernel for; left out: as much as the generator needs, or as the pod's sysctls say. */
  readonly sendBufferBytes?: number;
  readonly receiveBufferBytes?: number;
  /** Whether the sender asks for ECN (RFC 3168); left out: the kernel's default, which is not to ask. */
  readonly ecn?: boolean;
  /** Requests over the flow's connections in place of bulk. */
  readonly requests?: RequestsPlan;
  /** The smallest of the limits on the way: sender's egress, receiver's ingress, underlay; null: none. */
  readonly configuredBps: number | null;
  /** Which of them it is. */
  readonly configuredBy: 'egress' | 'ingress' | 'underlay' | null;
  /** All limits on the way, in its order; flows with one of the same `at` share it. Left out in plans of older versions. */
  readonly limits?: readonly LimitOnWay[];
  /** What it must get on the wire beside the others of its step, on average after its first second, and the limit that bounds it; `at` null: its own offer does. Left out: nothing does. */
  readonly share?: {
    readonly bps: number;
    readonly at: string | null;
    /** While the others that end before it are there; left out: as `bps`. */
    readonly firstSecondBps?: number;
  };
  /** Payload per byte on the wire, 0 to 1, of bulk and datagrams; left out: of requests, and in plans of older versions. */
  readonly efficiency?: number;
  /** One way over the wire; left out: it does not cross it, or there is no delay. */
  readonly delayNs?: number;
  /** Goodput the configured rate must give, or its share of it, from frame and payload sizes; 0: nothing can arrive; null where there is no limit. */
  readonly predictedGoodputBps: number | null;
  /** Of a flow that the plan made up. */
  readonly measures?: MeasuredLimit;
}

/** Over the loopback of a pod's own network stack: past its limits and policies, and what counts at its slave. */
export function isToItself({ from, to }: Pick<FlowPlan, 'from' | 'to'>): boolean {
  return partyName(from) === partyName(to);
}

/** Of all streams together, each an equal part. */
export interface VolumePlan {
  readonly bytes: number;
  /** In the frames that carry it, acknowledgements aside. */
  readonly wireBytes: number;
  /** From the first byte sent to the last one received, beside the other flows of its step; left out: nothing limits it, or it cannot be foretold. */
  readonly predictedNs?: number;
}

/** `at` names the place: `egress of default/a`, `wire from node-a/ens192`. */
export interface LimitOnWay {
  readonly at: string;
  readonly by: 'egress' | 'ingress' | 'underlay';
  readonly bps: number;
  /** Of the wire, where pods' limits charge frames otherwise: bits of it that one bit of the flow as it is charged takes; left out: 1. */
  readonly takes?: number;
}

/**
 * An open loop: every connection sends a request each `everyNs`, whatever is still unanswered, so that a slow answer does not
 * keep the next question back and hide how long it would have waited.
 */
export interface RequestsPlan {
  readonly everyNs: number;
  readonly bytes: number;
  readonly replyBytes: number;
  /** Each on a connection of its own; left out: those of its streams stay. */
  readonly connection?: 'new';
}

/** One of the named frames, sent from a network interface as it is. */
export interface InjectionPlan {
  readonly from: PartyPlan;
  readonly to: PartyPlan;
  /** Names of their network interfaces. */
  readonly fromInterface: string;
  readonly toInterface: string;
  /** Addresses written in the frame, text without prefix. */
  readonly fromAddress: string;
  readonly toAddress: string;
  readonly frame: FrameName;
  readonly count: number;
  /** Which entry of the sender is missing in the dataplane's maps while it sends. */
  readonly without?: 'endpoint' | 'limit';
}

export interface ProbePlan {
  /** Unique in the lab, from 1. */
  readonly probeId: number;
  readonly from: PartyPlan;
  readonly to: PartyPlan;
  readonly fromAddress: string;
  readonly toAddress: string;
  readonly protocol: Protocol | 'ICMP';
  /** 0 for ICMP. */
  readonly port: number;
  /** `predicted`: what the oracle says counts as expected. */
  readonly expect: 'allowed' | 'denied' | 'predicted';
}

export type Metric =
  | 'wire_bps'
  | 'goodput_bps'
  | 'error_pct'
  | 'first_second_bps'
  | 'completion_ms'
  | 'retransmits'
  | 'lost_packets'
  | 'loss_pct'
  | 'rtt_idle_p50_us'
  | 'rtt_p50_us'
  | 'rtt_p95_us'
  | 'rtt_p99_us'
  | 'request_p50_us'
  | 'request_p95_us'
  | 'request_p99_us'
  | 'request_max_us'
  | 'requests_lost'
  | 'connect_p50_us'
  | 'connect_p99_us'
  | 'connections_per_s'
  | 'one_way_p50_us'
  | 'one_way_p99_us'
  | 'jitter_us'
  | 'fairness'
  | 'drops';

/**
 * One expectation on every flow of its step (or on the one flow it names). Written in a Scenario as text:
 * `wire_bps within 3% of limit`, `first_second_bps <= 1.1 limit`, `drops.EDT_HORIZON == 0`, `rtt_p99_us < 1000`.
 */
export interface ExpectationPlan {
  /** As it was written, for people. */
  readonly text: string;
  readonly position: Position | null;
  /** null: every flow of the step. */
  readonly flowId: number | null;
  readonly metric: Metric;
  /** With metric `drops`: only this reason; null: all reasons. */
  readonly dropReason: string | null;
  /** Ids of the flows of which it is the sum; left out: it is of each by itself. */
  readonly sumOf?: readonly number[];
  /** Since the flow's first byte; left out: of the whole flow. */
  readonly between?: { readonly fromNs: number; readonly toNs: number };
  readonly comparison:
    | { readonly op: '<' | '<=' | '>' | '>=' | '==' | '!='; readonly value: ExpectedValue }
    | { readonly op: 'within'; readonly tolerancePct: number; readonly value: ExpectedValue };
}

/** `times` x the flow's limit, the mean of its limits over time or its prediction, or a plain number in the metric's own unit. */
export type ExpectedValue =
  | { readonly of: 'number'; readonly value: number }
  | { readonly of: 'limit' | 'mean limit' | 'predicted'; readonly times: number };

/** `namespace/name` of a pod, `host:NAME` or `node:NAME`: how traces, results and people name a party. */
export function partyName(party: PartyPlan): string {
  switch (party.kind) {
    case 'pod':
      return `${party.namespace}/${party.name}`;
    case 'host':
    case 'node':
      return `${party.kind}:${party.name}`;
  }
}

/** `TCP/80`, `ICMP`. */
export function portText({ protocol, port }: { readonly protocol: string; readonly port: number }): string {
  return protocol === 'ICMP' ? protocol : `${protocol}/${port}`;
}

/** `default/a -> host:outside TCP/80` */
export function probeName(probe: Pick<ProbePlan, 'from' | 'to' | 'protocol' | 'port'>): string {
  return `${partyName(probe.from)} -> ${partyName(probe.to)} ${portText(probe)}`;
}
