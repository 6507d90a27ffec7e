/**
 * What was seen: the records of `trace.ndjson`, one JSON object a line, in the order they happened.
 *
 * The trace is the only thing between a run and its readers: verdicts, terminal and reports read nothing else.
 * `t` is nanoseconds of the lab's monotonic clock since the lab began (an integer; 2^53 ns are 104 days).
 * Counters are cumulative since the lab began; readers take differences. The format is documented in
 * `docs/trace-format.md`; a change that an old reader cannot take makes a new `schema`.
 */
import type { ClusterChange } from '../plan/cluster.ts';
import type { Plan } from '../plan/plan.ts';
import type { RuleName } from '../../dataplane/policy/policy-entries.ts';

export const TRACE_SCHEMA = 'ipvlane.trace/v1';

export type Clock = 'real' | 'virtual';

/** First record of every trace. */
export interface RunRecord {
  readonly type: 'run';
  readonly t: 0;
  readonly schema: typeof TRACE_SCHEMA;
  readonly plan: Plan;
  readonly kernel: { readonly kind: string; readonly release: string; readonly clock: Clock };
  /** Versions of what took part: ipvlane, node, iperf3, libbpf. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A kernel object that the lab built: what it was, how long it took, what it amounts to as commands. */
export interface BuildRecord {
  readonly type: 'build';
  readonly t: number;
  readonly what: 'underlay' | 'node' | 'host' | 'dataplane' | 'pod';
  /** Node name, host name, `namespace/name` of a pod. */
  readonly name: string;
  readonly durationNs: number;
  /** The iproute2/tc/bpftool lines it amounts to; only with --show-commands. */
  readonly commands?: readonly string[];
  /** Of the dataplane: its programs, as this kernel's verifier took them. */
  readonly programs?: readonly ProgramFacts[];
}

export interface ProgramFacts {
  readonly name: string;
  /** Instructions the verifier walked through; null where the kernel does not tell (before 5.16). */
  readonly verifiedInsns: number | null;
  /** Instructions after the kernel's rewriting. */
  readonly insns: number | null;
}

/** A pod's state as `kubectl get pods` would show it. */
export interface PodRecord {
  readonly type: 'pod';
  readonly t: number;
  readonly pod: string;
  readonly endpointId: number;
  /** `Deleted`: it is gone, and its name is free. */
  readonly state: 'Pending' | 'ContainerCreating' | 'Running' | 'Failed' | 'Terminating' | 'Deleted';
  readonly message?: string;
}

export interface StepRecord {
  readonly type: 'step';
  readonly t: number;
  readonly step: number;
  readonly state: 'started' | 'finished' | 'failed';
  /** With `failed`: why, for people. */
  readonly message?: string;
}

/** Every 100 ms, for each endpoint and direction whose counters moved since the last such record. */
export interface EndpointRecord {
  readonly type: 'endpoint';
  readonly t: number;
  readonly endpointId: number;
  readonly direction: 'ingress' | 'egress';
  /**
   * Cumulative. `offered` is what reached the hook, before policy and pacing; `passed` what the hook let go.
   * Bytes count whole frames with every GSO segment's own headers (wire length).
   */
  readonly offered: { readonly packets: number; readonly bytes: number };
  readonly passed: { readonly packets: number; readonly bytes: number };
}

/** Every 100 ms: the queueing disciplines that shape, as the kernel itself counts (RTM_GETQDISC). Cumulative. */
export interface QdiscRecord {
  readonly type: 'qdisc';
  readonly t: number;
  /** `namespace/pod` or `host:NAME`, or `underlay`. */
  readonly where: string;
  /** `egress`: the slave's root; `ingress`: the IFB's root, behind which nothing shapes. */
  readonly direction: 'ingress' | 'egress';
  readonly device: string;
  readonly kind: string;
  /** Dequeued: `bytes` include the headers of every GSO segment. */
  readonly packets: number;
  readonly bytes: number;
  readonly drops: number;
  readonly overlimits: number;
  readonly backlogBytes: number;
  /** Kind's own counters, for fq: flows_plimit, horizon_drops, throttled. */
  readonly extra: Readonly<Record<string, number>>;
}

/** One drop counter that moved. Cumulative. */
export interface DropRecord {
  readonly type: 'drop';
  readonly t: number;
  readonly endpointId: number;
  readonly direction: 'ingress' | 'egress';
  /** Name from `dataplane/bpf/abi.h`: POLICY_DENIED, EDT_HORIZON, ... */
  readonly reason: string;
  /** For a policy denial: `namespace/name` of the policies that isolate the pod in this direction. */
  readonly isolatedBy: readonly string[];
  /** 0 when no single rule decided. */
  readonly ruleId: number;
  readonly packets: number;
  readonly bytes: number;
}

/**
 * What the kernel lost outside of the dataplane and the queueing disciplines, by counters of its own that moved. Looked for at the
 * beginning and at the end of a step, and of a flow or a single question that somebody asks. Cumulative.
 */
export interface LossRecord {
  readonly type: 'loss';
  readonly t: number;
  /** Whose network stack: `namespace/pod`, `host:NAME`, `node:NAME`; `kernel`: all together; `underlay`: an end of the wire. */
  readonly where: string;
  /** Of an end of the wire: as the `qdisc` record has it. */
  readonly device?: string;
  readonly direction: 'ingress' | 'egress';
  /** Of sim/plan/kernel-losses.ts: REASSEMBLY_FAILED, SOCKET_BUFFER, ... */
  readonly reason: string;
  readonly packets: number;
}

/**
 * What a pod's slave sent and no program passed, by the slave's own counter against theirs: at least so many went around the dataplane,
 * neither policed nor paced. Looked for as `loss` is, and of every pod at the end. Cumulative.
 */
export interface AroundRecord {
  readonly type: 'around';
  readonly t: number;
  readonly endpointId: number;
  readonly packets: number;
}

/** What the traffic generator said of one interval of one flow (all streams together). */
export interface FlowIntervalRecord {
  readonly type: 'flow';
  readonly t: number;
  readonly flowId: number;
  readonly side: 'sender' | 'receiver';
  /** Nanoseconds since the flow's first byte. */
  readonly startNs: number;
  readonly endNs: number;
  /** Payload bytes in the interval. */
  readonly bytes: number;
  /** Sender of TCP only. */
  readonly retransmits: number | null;
  /** Receiver of UDP only. */
  readonly lostPackets: number | null;
}

/** A flow's beginning and end; the end carries the totals of both sides. */
export interface FlowStateRecord {
  readonly type: 'flow-state';
  readonly t: number;
  readonly flowId: number;
  readonly state: 'started' | 'finished' | 'failed';
  readonly message?: string;
  /** With `started`: who makes the traffic. */
  readonly generator?: 'iperf3' | 'ipvlane';
  /** With `started`: the moment that `startNs` and `endNs` of its intervals count from, where the generator knows it. */
  readonly epochNs?: number;
  readonly totals?: FlowTotals;
}

export interface FlowTotals {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly durationNs: number;
  readonly retransmits: number | null;
  /** UDP: sent, and neither arrived nor on its way when waiting ended. */
  readonly lostPackets: number | null;
  /** UDP: sent. */
  readonly packets: number | null;
  /** UDP: in queues when waiting ended, or arrived when the receiver had stopped counting; left out: none. */
  readonly onTheirWayPackets?: number;
  /** One entry a stream, in the order they were begun. */
  readonly streams?: readonly StreamTotals[];
  /** UDP: datagrams that came after a later one, and those that came twice. */
  readonly reorderedPackets?: number;
  readonly duplicatePackets?: number;
  /** Of a volume: from the first byte sent to the last one received; left out: not all of it had arrived at the end. */
  readonly completedNs?: number;
  /** UDP: from a datagram's own departure time to its receiver, over all that arrived; nearest ranks. */
  readonly oneWayNs?: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  /** UDP: mean difference of the delays of two datagrams of a stream that arrived one after the other; left out: not known. */
  readonly jitterNs?: number;
}

export interface StreamTotals {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly retransmits: number | null;
}

/** One request of a request/response flow: answered in full after `latencyNs`, or not until the flow ended (null). */
export interface RequestRecord {
  readonly type: 'request';
  readonly t: number;
  readonly flowId: number;
  readonly stream: number;
  readonly sequence: number;
  readonly latencyNs: number | null;
  /** Of one on a connection of its own: from the beginning of that to its being made, a part of `latencyNs`; null: it was not. */
  readonly connectNs?: number | null;
}

/** What all processors of the kernel did since it began; at the beginning and at the end of a step with traffic. */
export interface CpuRecord {
  readonly type: 'cpu';
  readonly t: number;
  /** Not idle, in steps of the kernel's tick (1/100 s in /proc/stat). */
  readonly busyNs: number;
}

/** One echo request: answered after `rttNs`, or lost (null). */
export interface PingRecord {
  readonly type: 'ping';
  readonly t: number;
  readonly flowId: number;
  readonly phase: 'idle' | 'load';
  readonly sequence: number;
  readonly rttNs: number | null;
}

/** What the wire said to one probe, and what the oracle says of it. */
export interface ProbeRecord {
  readonly type: 'probe';
  readonly t: number;
  readonly step: number;
  readonly probeId: number;
  readonly predicted: 'allowed' | 'denied';
  readonly measured: 'allowed' | 'denied';
  /** What the wire gave: `connected`, `answered`, `timeout`, `refused`, `unreachable`. */
  readonly evidence: string;
  /** The rule that allows, or the policies that isolate: from the oracle, in words. */
  readonly rule: string;
  /** How often it was asked until it was answered; left out: once, or it never was. */
  readonly askings?: number;
}

/** The policies in force changed: names for the rule ids that later records use. */
export interface PolicyRecord {
  readonly type: 'policy';
  readonly t: number;
  /** `namespace/name` of all policies now in force. */
  readonly policies: readonly string[];
  readonly rules: readonly RuleName[];
  /** From the first map update to the last. */
  readonly durationNs: number;
  readonly entries: number;
  readonly identities: number;
}

/**
 * The living cluster was changed, by a step or by a command from another terminal. The times are the lab's: asked for,
 * compiled, and from when on no packet meets what was before (`effectiveNs`); at `t` all is tidied up.
 */
export interface ChangeRecord {
  readonly type: 'change';
  readonly t: number;
  /** Index of the step; null for a command. */
  readonly step: number | null;
  /** For people: `apply default/test-ipvlan`. */
  readonly what: string;
  readonly change: ClusterChange;
  readonly askedNs: number;
  readonly compiledNs: number;
  readonly effectiveNs: number;
  /** Entries of the dataplane's maps that were written or taken out for it: of policies, endpoints, addresses, limits. */
  readonly mapUpdates: number;
  readonly message?: string;
}

/** Something people should know that is no verdict: a kernel warning, a tool's complaint. */
export interface NoteRecord {
  readonly type: 'note';
  readonly t: number;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
}

/**
 * A table or a memory of the kernel was full between `fromNs` and `t`: something was refused, whoever asked for it. What it can
 * have spoilt meanwhile is no verdict.
 */
export interface ExhaustedRecord {
  readonly type: 'exhausted';
  readonly t: number;
  /** Until then it was not. */
  readonly fromNs: number;
  readonly resource: 'neighbours' | 'routes' | 'connections' | 'tcp-memory' | 'sockets' | 'memory' | 'files';
  /** What was full, and what that does to packets; a sentence without its full stop. */
  readonly cause: string;
  /** Imperative. */
  readonly help: string;
  /** The kernel's own words, where it had some. */
  readonly said?: string;
  /** It was noticed, and nothing was refused: it spoils nothing. */
  readonly harmless?: true;
}

/**
 * How the machine treated the kernel while a step with traffic ran, by the machine's own clock; written by the front end, after the
 * step's end, on the real clock only.
 */
export interface MachineRecord {
  readonly type: 'machine';
  readonly t: number;
  readonly step: number;
  readonly wallNs: number;
  /** All the kernel's processes on this machine together: on a processor, and waiting for one. */
  readonly ranNs: number;
  readonly waitedNs: number;
  /** Part of the processors' time that a hypervisor gave to others. */
  readonly stolenPct: number;
}

/** A capture that tcpdump wrote, beside the trace. */
export interface CaptureRecord {
  readonly type: 'capture';
  readonly t: number;
  readonly where: string;
  readonly file: string;
  readonly packets: number;
}

/** Last record of a run that ended by itself or by a signal; a trace without it was cut off. */
export interface EndRecord {
  readonly type: 'end';
  readonly t: number;
  readonly outcome: 'completed' | 'interrupted' | 'failed';
  readonly message?: string;
}

export type TraceRecord =
  | RunRecord
  | BuildRecord
  | PodRecord
  | StepRecord
  | EndpointRecord
  | QdiscRecord
  | DropRecord
  | LossRecord
  | AroundRecord
  | FlowIntervalRecord
  | FlowStateRecord
  | CpuRecord
  | PingRecord
  | RequestRecord
  | ProbeRecord
  | PolicyRecord
  | ChangeRecord
  | NoteRecord
  | ExhaustedRecord
  | MachineRecord
  | CaptureRecord
  | EndRecord;
