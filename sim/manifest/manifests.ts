/**
 * Everything that was said: the Kubernetes, Multus, Spiderpool and Scenario objects of a run, typed, with a position
 * for every value. Nothing is defaulted or resolved here; that is the plan's work.
 *
 * Text stays as it was written (`"100M"`, `"172.51.0.100-172.51.0.108"`). Only what the Scenario format itself defines is
 * already parsed: durations (nanoseconds), party references, ports and expectations.
 */
import type { WireDiscipline } from './scenario/wire-disciplines.ts';
import type { Bursts } from '../../dataplane/bandwidth/bursts.ts';
import type { Charge } from '../../dataplane/bandwidth/charge.ts';
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import type { Span } from '../diagnostics/diagnostic.ts';
import type { ChangeRequest } from './scenario/change-request.ts';
import type { Expectation } from './scenario/expectation.ts';
import type { Generator } from './scenario/generators.ts';
import type { ObjectOrigin, PodStatus } from './exported/cluster-fields.ts';
import type { FrameName } from './scenario/frame-names.ts';
import type { MachineReference, PartyReference } from './scenario/party.ts';
import type { Affinity, Taint, Toleration, TopologySpreadConstraint } from './schema/scheduling.ts';
import type { ServiceSketch } from './other-kinds/service-sketch.ts';
import type { UnreadObject } from './objects/unread.ts';

/** Way to a value inside an object: `['spec', 'ports', 0, 'port']`. */
export type Path = readonly (string | number)[];

/** Answers "where was this said". */
export interface Located {
  readonly file: string;
  /** Position of the value at `path`; of its nearest parent that was written when it was not. */
  readonly spanOf: (path: Path) => Span;
  /** Position of the key at `path` (`spec.subnet` -> the word `subnet`); as `spanOf` where there is no key. */
  readonly keySpanOf: (path: Path) => Span;
}

export interface ManifestObject<Kind extends string, Spec> extends Located {
  readonly apiVersion: string;
  readonly kind: Kind;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly origin: ObjectOrigin;
  readonly spec: Spec;
}

/** Objects that live in a namespace; `default` where none was written. */
interface Namespaced {
  readonly namespace: string;
}

export interface Manifests {
  readonly namespaces: readonly NamespaceManifest[];
  readonly nodes: readonly NodeManifest[];
  readonly pods: readonly PodManifest[];
  readonly workloads: readonly WorkloadManifest[];
  /** In force from the beginning: those of files that `apply` steps name are in the steps alone. */
  readonly networkPolicies: readonly NetworkPolicyManifest[];
  readonly networkAttachmentDefinitions: readonly NetworkAttachmentDefinitionManifest[];
  readonly spiderMultusConfigs: readonly SpiderMultusConfigManifest[];
  readonly spiderIPPools: readonly SpiderIPPoolManifest[];
  readonly spiderReservedIPs: readonly SpiderReservedIPManifest[];
  readonly spiderCoordinators: readonly SpiderCoordinatorManifest[];
  readonly spiderSubnets: readonly SpiderSubnetManifest[];
  readonly spiderEndpoints: readonly SpiderEndpointManifest[];
  /** Not modelled; kept for what policies say of their ports. */
  readonly services: readonly ServiceSketch[];
  /** Objects of kinds that are known and not modelled, for what their annotations and labels were meant to do. */
  readonly others: readonly OtherObject[];
  readonly scenario: ScenarioManifest | null;
  /** What was written as well, but could not be understood. */
  readonly unread: readonly UnreadObject[];
  /** Every file that was read, in the order of reading, with its text (for diagnostics and for the report). */
  readonly files: readonly SourceFile[];
}

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** An object with annotations and labels, of whatever kind. */
export interface OtherObject extends Located {
  readonly kind: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export type NamespaceManifest = ManifestObject<'Namespace', Readonly<Record<string, unknown>>>;

export type NodeManifest = ManifestObject<
  'Node',
  { readonly taints: readonly Taint[]; readonly unschedulable: boolean }
> & {
  /** Of its status, inside the cluster, as text. */
  readonly addresses: readonly string[];
  /** Of its status, by resource: what pods may ask for, as quantities. */
  readonly allocatable: Readonly<Record<string, string | number>>;
};

export type PodManifest = ManifestObject<'Pod', PodSpec> &
  Namespaced & {
    /** null: no cluster has had it. */
    readonly status: PodStatus | null;
  };

/** Fields that decide about the network; the others of the Pod API are accepted and kept as they are. */
export interface PodSpec {
  readonly nodeName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly hostNetwork?: boolean;
  readonly affinity?: Affinity;
  readonly tolerations?: readonly Toleration[];
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  readonly schedulingGates?: readonly { readonly name: string }[];
  readonly schedulerName?: string;
  readonly os?: { readonly name: string };
  readonly securityContext?: { readonly sysctls?: readonly { readonly name: string; readonly value: string }[] };
  readonly volumes?: unknown;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}

export interface Container {
  readonly name: string;
  readonly ports?: readonly ContainerPort[];
  readonly resources?: { readonly requests?: Readonly<Record<string, string | number>> };
  /** `Always` on an init container makes it a sidecar, whose ports count. */
  readonly restartPolicy?: string;
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly hostPort?: number;
  readonly hostIP?: string;
}

export const WORKLOAD_KINDS = [
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
] as const;

export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

export type WorkloadManifest = ManifestObject<WorkloadKind, WorkloadSpec> &
  Namespaced & {
    /** A Job of a cluster that has succeeded or failed. */
    readonly hasEnded: boolean;
  };

/** What the seven workload kinds have in common, wherever each keeps it. */
export interface WorkloadSpec {
  /** `replicas`; of a Job or CronJob `parallelism`; null where none was written (and for a DaemonSet). */
  readonly replicas: number | null;
  /** Way to it, for `spanOf`. */
  readonly replicasPath: Path;
  /** Of a Job or CronJob: never more pods than completions; null where none was written. */
  readonly completions: number | null;
  /** Of a Deployment that a cluster has had: the hash that its pods carry. */
  readonly templateHash?: string;
  /** Where it says that it makes no pods: `suspend` of a Job or CronJob, `paused` of a Deployment; null: nowhere. */
  readonly haltedPath: Path | null;
  /** Of a StatefulSet, `ordinals.start`; null where none was written. */
  readonly ordinalStart: number | null;
  readonly template: PodTemplate;
  /** Of a CronJob: what its Jobs have themselves, which their pods do not get, and the way to it. */
  readonly ofJobs?: { readonly path: Path; readonly metadata: Pick<PodTemplate, 'labels' | 'annotations'> };
  /** Way to the pod template: `spec.template`, or `spec.jobTemplate.spec.template`. */
  readonly templatePath: Path;
}

export interface PodTemplate {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export type NetworkPolicyManifest = ManifestObject<'NetworkPolicy', NetworkPolicySpec> & Namespaced;

/** networking.k8s.io/v1, validated as the API server does, nothing defaulted. */
export interface NetworkPolicySpec {
  readonly podSelector: LabelSelectorSpec;
  readonly policyTypes?: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly { readonly from?: readonly PeerSpec[]; readonly ports?: readonly PolicyPortSpec[] }[];
  readonly egress?: readonly { readonly to?: readonly PeerSpec[]; readonly ports?: readonly PolicyPortSpec[] }[];
}

export interface PeerSpec {
  readonly podSelector?: LabelSelectorSpec;
  readonly namespaceSelector?: LabelSelectorSpec;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface PolicyPortSpec {
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly port?: number | string;
  readonly endPort?: number;
}

export interface LabelSelectorSpec {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

export type NetworkAttachmentDefinitionManifest = ManifestObject<
  'NetworkAttachmentDefinition',
  NetworkAttachmentDefinitionSpec
> &
  Namespaced;

export interface NetworkAttachmentDefinitionSpec {
  /** The text as written; null where there was none (the CNI plugin then reads a file of the node). */
  readonly configText: string | null;
  /** The parsed CNI configuration: a list (`plugins`) or a single plugin (`type`). */
  readonly config: Readonly<Record<string, unknown>> | null;
}

export type SpiderMultusConfigManifest = ManifestObject<'SpiderMultusConfig', SpiderMultusConfigSpec> & Namespaced;

/** spiderpool.spidernet.io/v2beta1; only ipvlan is modelled, the others are kept for the plan to refuse. */
export interface SpiderMultusConfigSpec {
  readonly cniType?: string;
  readonly macvlan?: SpiderSlave;
  readonly ipvlan?: SpiderSlave;
  readonly vlan?: SpiderSlave & { readonly vlanMode?: string };
  readonly sriov?: SpiderDevice & {
    readonly vlanID?: number;
    readonly mtu?: number;
    readonly minTxRateMbps?: number;
    readonly maxTxRateMbps?: number;
  };
  readonly ovs?: {
    readonly bridge: string;
    readonly vlan?: number;
    readonly trunk?: readonly { readonly minID?: number; readonly maxID?: number; readonly id?: number }[];
    readonly ippools?: SpiderPools;
  };
  readonly ibsriov?: SpiderDevice;
  readonly ipoib?: { readonly master?: string; readonly ippools?: SpiderPools };
  readonly enableCoordinator?: boolean;
  readonly disableIPAM?: boolean;
  readonly coordinator?: SpiderCoordinatorSpec;
  /** Each a JSON object as text, checked to be one. */
  readonly chainCNIJsonData?: readonly string[];
  readonly customCNI?: string;
}

/** A network interface made on another: ipvlan, macvlan, vlan. */
export interface SpiderSlave {
  readonly master: readonly string[];
  readonly mtu?: number;
  readonly vlanID?: number;
  readonly bond?: { readonly name: string; readonly mode: number; readonly options?: string };
  readonly rdmaResourceName?: string;
  readonly ippools?: SpiderPools;
}

interface SpiderDevice {
  readonly resourceName?: string;
  readonly ippools?: SpiderPools;
}

export interface SpiderPools {
  readonly ipv4?: readonly string[];
  readonly ipv6?: readonly string[];
  readonly matchMasterSubnet?: boolean;
}

export interface SpiderCoordinatorSpec {
  readonly mode?: string;
  readonly podCIDRType?: string;
  readonly hijackCIDR?: readonly string[];
  readonly policyRoutes?: readonly SpiderRoute[];
  readonly podMACPrefix?: string;
  readonly tunePodRoutes?: boolean;
  readonly podDefaultRouteNIC?: string;
  readonly hostRuleTable?: number;
  readonly podRPFilter?: number;
  readonly txQueueLen?: number;
  readonly vethLinkAddress?: string;
  readonly vethMTU?: number;
  readonly detectGateway?: boolean;
  readonly detectIPConflict?: boolean;
}

/** Cluster-scoped: what SpiderMultusConfigs leave open about the coordinator. */
export type SpiderCoordinatorManifest = ManifestObject<'SpiderCoordinator', SpiderCoordinatorSpec>;

/** Cluster-scoped. spiderpool.spidernet.io/v2beta1. */
export type SpiderIPPoolManifest = ManifestObject<'SpiderIPPool', SpiderIPPoolSpec>;

export interface SpiderIPPoolSpec extends SpiderSubnetSpec {
  readonly podAffinity?: LabelSelectorSpec;
  readonly namespaceAffinity?: LabelSelectorSpec;
  readonly namespaceName?: readonly string[];
  readonly nodeAffinity?: LabelSelectorSpec;
  readonly nodeName?: readonly string[];
  readonly multusName?: readonly string[];
  readonly default?: boolean;
  readonly disable?: boolean;
}

/** Cluster-scoped: a space that Spiderpool makes pools of, one an application. */
export type SpiderSubnetManifest = ManifestObject<'SpiderSubnet', SpiderSubnetSpec>;

export interface SpiderSubnetSpec {
  readonly ipVersion?: number;
  readonly subnet: string;
  readonly ips?: readonly string[];
  readonly excludeIPs?: readonly string[];
  readonly gateway?: string;
  /** Of Spiderpool 0.9 and older. */
  readonly vlan?: number;
  readonly routes?: readonly SpiderRoute[];
}

interface SpiderRoute {
  readonly dst: string;
  readonly gw: string;
}

/** Cluster-scoped: addresses that no pool gives out. */
export type SpiderReservedIPManifest = ManifestObject<
  'SpiderReservedIP',
  { readonly ipVersion?: number; readonly ips?: readonly string[] }
>;

/** Spiderpool's own record of who holds which address. */
export type SpiderEndpointManifest = ManifestObject<'SpiderEndpoint', Readonly<Record<string, never>>> & Namespaced;

export type ScenarioManifest = ManifestObject<'Scenario', ScenarioSpec>;

export interface ScenarioSpec {
  readonly description: string | null;
  /** null: not written, ours. */
  readonly engine: EngineName | null;
  /** null: none written, one default node. */
  readonly nodes: readonly ScenarioNode[] | null;
  readonly underlay: ScenarioUnderlay;
  readonly hosts: readonly ScenarioHost[];
  /** null: none written. */
  readonly dataplane: {
    readonly maps: Readonly<Record<string, number>>;
    readonly verifyAddresses: boolean | null;
    readonly fullConntrack: 'forget' | 'refuse' | null;
    readonly charge: Charge | null;
    readonly bursts: Bursts;
  } | null;
  readonly timeline: readonly ScenarioStep[];
}

/** A machine outside the cluster. */
export interface ScenarioHost {
  readonly name: string;
  /** Of its link; null: the wire's. */
  readonly mtu: number | null;
  readonly router: boolean;
  /** Name of the router that its link leads to; null: the underlay. */
  readonly behind: string | null;
  readonly addresses: readonly string[];
}

/** The wire, or what a step changes of it; null: not written. */
export interface ScenarioUnderlay extends ScenarioWay {
  readonly mtu: number | null;
  readonly reorderPct: number | null;
  readonly duplicatePct: number | null;
  readonly links: readonly ScenarioLink[];
}

/** What a wire and each way of a link have; null: not written. */
export interface ScenarioWay {
  readonly rateBps: number | null;
  readonly trace: ScenarioTrace | null;
  readonly queue: ScenarioQueue | null;
  readonly delayNs: number | null;
  readonly jitterNs: number | null;
  readonly lossPct: number | null;
}

/** Where a machine meets the wire by another link than the others; null: not written. */
export interface ScenarioLink {
  readonly path: Path;
  readonly of: MachineReference;
  readonly interface: string | null;
  readonly up: ScenarioWay | null;
  readonly down: ScenarioWay | null;
}

/** What may wait in front of a wire's rate; null: not written. */
export interface ScenarioQueue {
  readonly bytes: number | null;
  readonly packets: number | null;
  readonly timeNs: number | null;
  readonly discipline: WireDiscipline | null;
}

/** A wire's rate over time. */
export interface ScenarioTrace {
  /** As the Scenario names it. */
  readonly file: string;
  /** When 1500 bytes may leave, from the beginning of the trace; empty: the file is wrong, which has been said. */
  readonly momentsMs: readonly number[];
}

export interface ScenarioNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Cordoned: only pods that tolerate that are put there. */
  readonly unschedulable: boolean;
  /** What its kubelet allows beside the safe ones: names, or beginnings of names with `*` behind them. */
  readonly allowedUnsafeSysctls: readonly string[];
  /** null: none written. */
  readonly interfaces: readonly ScenarioInterface[] | null;
}

export interface ScenarioInterface {
  readonly name: string;
  readonly mtu: number | null;
  readonly gso: boolean;
  /** Bytes; null: the kernel's own, 65536. */
  readonly gsoMaxSize: number | null;
  /** Of the slaves on it. */
  readonly podGsoMaxSize: number | null;
  /** CIDR text. */
  readonly addresses: readonly string[];
}

interface ScenarioStepBase {
  /** null: unnamed, the plan makes a name up. */
  readonly name: string | null;
  /** Way to the step: `['spec', 'timeline', 3]`. */
  readonly path: Path;
  /** Which repetition it is, `2 of 5`; null: it is done once. */
  readonly turn: string | null;
  /** It begins no sooner than so long after the beginning of the step that is so many before it; null: at once. */
  readonly notBefore: { readonly stepsBack: number; readonly ns: number } | null;
}

export type ScenarioStep =
  | (ScenarioStepBase & {
      readonly verb: 'wait';
      /** null: all pods. */
      readonly pods: readonly PartyReference[] | null;
      readonly timeoutNs: number | null;
    })
  | (ScenarioStepBase & {
      readonly verb: 'traffic';
      readonly flows: readonly ScenarioFlow[];
      readonly background: boolean;
      readonly expect: readonly Expectation[];
    })
  | (ScenarioStepBase & {
      readonly verb: 'inject';
      readonly injections: readonly ScenarioInjection[];
      readonly expect: readonly Expectation[];
    })
  | (ScenarioStepBase & ChangeRequest)
  | (ScenarioStepBase & {
      readonly verb: 'probe';
      readonly probes: readonly ScenarioProbe[];
      readonly timeoutNs: number | null;
    })
  | (ScenarioStepBase & { readonly verb: 'underlay'; readonly underlay: ScenarioUnderlay })
  | (ScenarioStepBase & {
      readonly verb: 'link';
      readonly node: string;
      readonly interface: string;
      readonly up: boolean;
    })
  | (ScenarioStepBase & { readonly verb: 'sleep'; readonly durationNs: number });

/** One line under `traffic`; null and empty: not written. */
export interface ScenarioFlow {
  readonly path: Path;
  readonly from: readonly PartyReference[];
  readonly to: readonly PartyReference[];
  /** One stream of datagrams to this address, which each of `to` hears. */
  readonly group: string | null;
  readonly protocol: 'TCP' | 'UDP' | null;
  readonly streams: number | null;
  readonly durationNs: number | null;
  /** Payload of the whole flow. */
  readonly bytes: number | null;
  /** Offered. */
  readonly rateBps: number | null;
  readonly datagramBytes: number | null;
  readonly port: number | NamedPort | null;
  readonly family: 'IPv4' | 'IPv6' | null;
  readonly ping: boolean;
  readonly generator: Generator | null;
  readonly congestion: string | null;
  readonly ecn: boolean | null;
  /** Of each socket, as a program asks the kernel for them. */
  readonly sendBufferBytes: number | null;
  readonly receiveBufferBytes: number | null;
  readonly requests: ScenarioRequests | null;
}

/** One line under `inject`; null: not written. */
export interface ScenarioInjection {
  readonly path: Path;
  readonly from: PartyReference;
  readonly to: PartyReference;
  readonly frame: FrameName;
  readonly count: number | null;
  readonly without: 'endpoint' | 'limit' | null;
  readonly family: 'IPv4' | 'IPv6' | null;
}

/** Null: not written. */
export interface ScenarioRequests {
  readonly everyNs: number | null;
  readonly bytes: number | null;
  readonly replyBytes: number | null;
  readonly connection: 'kept' | 'new' | null;
}

/** One line under `probe`. */
export interface ScenarioProbe {
  readonly path: Path;
  readonly from: readonly PartyReference[];
  readonly to: readonly PartyReference[];
  readonly ports: readonly (ScenarioPort | NamedPort)[];
  readonly family: 'IPv4' | 'IPv6' | null;
  /** null: not written, so what the oracle predicts. */
  readonly expect: 'allowed' | 'denied' | 'predicted' | null;
}

/** A port by the name that a container of the receiver gave it. */
export interface NamedPort {
  readonly name: string;
  /** null: TCP, else UDP, else SCTP. */
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | null;
  readonly path: Path;
}

/** `TCP/80`, `UDP/53`, `ICMP` (port 0). */
export interface ScenarioPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP';
  readonly port: number;
  readonly path: Path;
}
