/**
 * `result.json`: what the trace means, schema `ipvlane.result/v1`. Snake case, base units in the names; consumers
 * outside this project read it, so fields are only ever added.
 */
export const RESULT_SCHEMA = 'ipvlane.result/v1';

export interface Result {
  readonly schema: typeof RESULT_SCHEMA;
  readonly scenario: string;
  /**
   * `unjudged`: what could be judged is met, and something could not be measured here; `error`: the run did not come to its end, so
   * no verdict can be given.
   */
  readonly verdict: 'pass' | 'fail' | 'unjudged' | 'error';
  readonly message?: string;
  readonly kernel: {
    readonly kind: string;
    readonly release: string;
    readonly clock: 'real' | 'virtual';
    /** Of the kernel's random numbers, where it was another than the first. */
    readonly seed?: number;
    /** Wall clock; null in a result made again from a trace alone. */
    readonly boot_ms: number | null;
  };
  /** Once the steps were done; null where it is not told (a trace alone). Wall facts, as `boot_ms`. */
  readonly memory: MemoryResult | null;
  readonly build: { readonly pods: number; readonly ms: number; readonly ms_per_pod: number };
  /** The loaded eBPF object; null where the trace does not tell of it. */
  readonly dataplane: DataplaneResult | null;
  readonly checks: readonly Check[];
  readonly flows: readonly FlowResult[];
  readonly probes: readonly ProbeResult[];
  readonly drops: readonly DropResult[];
  readonly policy_changes: readonly PolicyChangeResult[];
  /** What about the kernel or the machine spoilt something, or could have, and the remedy. */
  readonly diagnostics: readonly RunDiagnostic[];
  /** Limits that the run was to measure by itself, and could not. */
  readonly unmeasured?: readonly (LimitResult & { readonly why: string })[];
}

export interface RunDiagnostic {
  /** Of sim/diagnostics/codes.ts. */
  readonly code: string;
  readonly severity: 'warning';
  readonly message: string;
  readonly help: string;
}

/** A limit of a workload, or of a pod that is nobody's. */
export interface LimitResult {
  /** `namespace/name` of the workload or pod. */
  readonly of: string;
  readonly direction: 'egress' | 'ingress';
  readonly limit_bps: number;
}

/** A change of the living cluster, and how soon it held. */
export interface PolicyChangeResult {
  /** null: a command from another terminal. */
  readonly step: string | null;
  readonly what: string;
  /** From being asked for to being compiled; taking pods down comes before it. */
  readonly compile_ms: number;
  /**
   * From there until the last wrong verdict is out: the last map update that changes one is made, and every program that may
   * have looked into the maps before it has ended (a grace period). Limits: until they hold.
   */
  readonly program_ms: number;
  /** The two together. */
  readonly effective_ms: number;
  readonly map_updates: number;
}

/** Bytes. */
export interface MemoryResult {
  /** The agent's resident set, and its largest. */
  readonly agent_bytes: number;
  readonly agent_peak_bytes: number;
  /** Of all eBPF maps; null where the kernel does not say of one. */
  readonly maps_bytes: number | null;
  /** As the kernel counts: from 6.4 on what is taken, before that what a full map would take. */
  readonly maps: readonly { readonly name: string; readonly bytes: number | null }[];
}

export interface DataplaneResult {
  /** From opening the object to the last program's acceptance, on the lab's clock. */
  readonly load_ms: number;
  readonly programs: readonly {
    readonly name: string;
    /** Instructions the verifier walked through; null before Linux 5.16, which does not tell. */
    readonly verified_insns: number | null;
    /** Instructions after the kernel's rewriting. */
    readonly insns: number | null;
  }[];
}

/**
 * `expected` and `measured` are numbers in `unit`, or words; `reason` explains a fail, a skip and what is unjudged: it could not be
 * measured here, neither what it says nor the opposite (docs/measurement.md).
 */
export interface Check {
  readonly step: string;
  readonly name: string;
  readonly status: 'pass' | 'fail' | 'unjudged' | 'skip';
  readonly expected: number | string | null;
  readonly predicted: number | string | null;
  readonly measured: number | string | null;
  readonly unit: string | null;
  readonly error_pct: number | null;
  readonly reason: string | null;
  /** It is unjudged because the machine kept its processors from the kernel. Left out of all others. */
  readonly starved?: true;
}

export interface FlowResult {
  readonly flow_id: number;
  readonly step: string;
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly streams: number;
  /** Who made the traffic; null in a trace that does not say. */
  readonly generator: 'iperf3' | 'ipvlane' | null;
  readonly seconds: number;
  readonly configured_bps: number | null;
  /** Where the limit changed: its mean over the steady time; null where there was none for a part of it. Left out: it stayed. */
  readonly mean_configured_bps?: number | null;
  /** Payload that it was to send; null: as fast as it goes. */
  readonly offered_bps: number | null;
  /** What bounds the flows behind the limit: it, or what they offer together where that is less; null without a limit. */
  readonly bound_by: 'limit' | 'offered' | null;
  /** The smaller of the two on the wire, or its share; where limits changed, the mean of them over time; null where there was none for a part of it, and of requests below it. */
  readonly predicted_wire_bps: number | null;
  /** Behind the shaper, without the first second. */
  readonly wire_bps: number | null;
  /** Receiver's payload, without the first second. */
  readonly goodput_bps: number | null;
  /** The payload of that, by frame and payload sizes. */
  readonly predicted_goodput_bps: number | null;
  /** On the wire, by the limits at its beginning. */
  readonly predicted_first_second_bps: number | null;
  /**
   * (wire_bps - bound) / bound * 100, where the bound is configured_bps, or what was offered where `bound_by` says so; flows
   * behind one limit are added up, since it holds their sum.
   */
  readonly error_pct: number | null;
  /** Limits that stood too shortly to be judged while it ran; `error_pct` is of the others. */
  readonly unjudged_limits: number;
  /** What bounds it beside the other flows of its step: a limit's place, such as `wire to node:a/ens192`; null: what it offers, or nothing. */
  readonly bound_at: string | null;
  /** What happened to it that its figures do not say; for people. */
  readonly remark: string | null;
  /** How many flows of the step the limit holds together, this one among them; null where there is none. */
  readonly flows_behind_limit: number | null;
  /** Wire rate of the first second. */
  readonly first_second_bps: number | null;
  /** Payload of a flow that ends when all of it has arrived; left out: time ends it. */
  readonly volume?: {
    readonly bytes: number;
    readonly received_bytes: number;
    /** From the first byte sent to the last one received; null: not all of it arrived in its time. */
    readonly completion_ms: number | null;
    /** null: nothing limits it, or it cannot be foretold. */
    readonly predicted_completion_ms: number | null;
  };
  readonly retransmits: number | null;
  readonly lost_packets: number | null;
  /** Of UDP: those in percent of the datagrams that were sent. */
  readonly loss_pct: number | null;
  readonly rtt_us: {
    readonly idle_p50: number | null;
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
    readonly lost: number;
  } | null;
  /** Of a request/response flow, from a request's first byte sent to its reply's last byte received. */
  readonly request_us: {
    readonly p50: number | null;
    readonly p95: number | null;
    readonly p99: number | null;
    readonly max: number | null;
    readonly answered: number;
    readonly lost: number;
  } | null;
  /** Of a flow whose requests have a connection each; left out: its connections stay. */
  readonly connections?: {
    /** Time in which a connection was made, µs. */
    readonly connect_p50_us: number | null;
    readonly connect_p99_us: number | null;
    readonly made: number;
    readonly failed: number;
    readonly per_s: number | null;
    readonly predicted_per_s: number;
  };
  /** Of UDP: from a datagram's departure time to its receiver. */
  readonly one_way_us: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  } | null;
  /** Of UDP with up to 1000 datagrams a second: mean difference of the delays of two that arrived one after the other. */
  readonly jitter_us: number | null;
  /** Jain's index over the bytes that the streams received: 1 when all got the same, 1/n when one got all. */
  readonly fairness: number | null;
  /**
   * Processor time of the whole kernel while the flow's step ran, a gigabit of payload that its flows delivered; null where the
   * kernel did not count or nothing was delivered. Includes what makes the traffic.
   */
  readonly cpu_s_per_gbit: number | null;
  /** Packets by reason while the flow ran, at its two endpoints. */
  readonly drops: Readonly<Record<string, number>>;
  /** The limit that it is there to measure, of a flow that nobody wrote; `replicas` pods have it, and one is measured. */
  readonly measures?: LimitResult & { readonly replicas: number };
}

export interface ProbeResult {
  readonly step: string;
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port: number;
  readonly expected: 'allowed' | 'denied' | null;
  readonly predicted: 'allowed' | 'denied';
  readonly measured: 'allowed' | 'denied';
  readonly rule: string;
  /** How often it was asked until it was answered: more than once is a packet that was lost or late. */
  readonly askings: number;
}

export interface DropResult {
  readonly endpoint: string;
  readonly direction: 'ingress' | 'egress';
  readonly reason: string;
  readonly rule: string;
  readonly packets: number;
  readonly bytes: number;
}

/** One of several runs that are reported together. */
export interface ScenarioRun {
  readonly scenario: string;
  /** null: it came to none, and `message` says why; without one it was not run. */
  readonly result: Result | null;
  readonly message?: string | null;
}
