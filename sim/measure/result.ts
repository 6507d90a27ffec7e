/**
 * `result.json`: what the trace means, schema `ipvlane.result/v1`. Snake case, base units in the names; consumers
 * outside this project read it (`result.schema.json` is made of this), so fields are only ever added.
 */
import * as z from 'zod';
import type { Checked } from '../diagnostics/checked.ts';
import { generators } from '../plan/schema/names.ts';
import { clocks, directions } from '../trace/names.ts';
import { RESULT_SCHEMA } from './result-version.ts';

const direction = z.enum(directions);
const verdict = z.enum(['allowed', 'denied']);

const diagnosticSchema = z.object({
  /** Of sim/diagnostics/codes.ts. */
  code: z.string(),
  severity: z.literal('warning'),
  message: z.string(),
  help: z.string(),
});
export type RunDiagnostic = Checked<typeof diagnosticSchema>;

/** A limit of a workload, or of a pod that is nobody's. */
const limitSchema = z.object({
  /** `namespace/name` of the workload or pod. */
  of: z.string(),
  direction,
  limit_bps: z.number(),
});
export type LimitResult = Checked<typeof limitSchema>;

/** A change of the living cluster, and how soon it held. */
const policyChangeSchema = z.object({
  /** null: a command from another terminal. */
  step: z.string().nullable(),
  what: z.string(),
  /** From being asked for to being compiled; taking pods down comes before it. */
  compile_ms: z.number(),
  /**
   * From there until the last wrong verdict is out: the last map update that changes one is made, and every program that may
   * have looked into the maps before it has ended (a grace period). Limits: until they hold.
   */
  program_ms: z.number(),
  /** The two together. */
  effective_ms: z.number(),
  map_updates: z.number(),
});
export type PolicyChangeResult = Checked<typeof policyChangeSchema>;

/** Bytes. */
export const memorySchema = z.object({
  /** The agent's resident set, and its largest. */
  agent_bytes: z.number(),
  agent_peak_bytes: z.number(),
  /** Of all eBPF maps; null where the kernel does not say of one. */
  maps_bytes: z.number().nullable(),
  /** As the kernel counts: from 6.4 on what is taken, before that what a full map would take. */
  maps: z.array(z.object({ name: z.string(), bytes: z.number().nullable() })),
});
export type MemoryResult = Checked<typeof memorySchema>;

const dataplaneSchema = z.object({
  /** From opening the object to the last program's acceptance, on the lab's clock. */
  load_ms: z.number(),
  programs: z.array(
    z.object({
      name: z.string(),
      /** Instructions the verifier walked through; null before Linux 5.16, which does not tell. */
      verified_insns: z.number().nullable(),
      /** Instructions after the kernel's rewriting. */
      insns: z.number().nullable(),
    }),
  ),
});
export type DataplaneResult = Checked<typeof dataplaneSchema>;

/**
 * `expected` and `measured` are numbers in `unit`, or words; `reason` explains a fail, a skip and what is unjudged: it could not be
 * measured here, neither what it says nor the opposite (docs/measurement.md).
 */
const checkSchema = z.object({
  step: z.string(),
  name: z.string(),
  status: z.enum(['pass', 'fail', 'unjudged', 'skip']),
  expected: z.union([z.number(), z.string()]).nullable(),
  predicted: z.union([z.number(), z.string()]).nullable(),
  measured: z.union([z.number(), z.string()]).nullable(),
  unit: z.string().nullable(),
  error_pct: z.number().nullable(),
  reason: z.string().nullable(),
  /** It is unjudged because the machine kept its processors from the kernel. Left out of all others. */
  starved: z.literal(true).exactOptional(),
});
export type Check = Checked<typeof checkSchema>;

const flowSchema = z.object({
  flow_id: z.number(),
  step: z.string(),
  from: z.string(),
  to: z.string(),
  protocol: z.string(),
  streams: z.number(),
  /** Who made the traffic; null in a trace that does not say. */
  generator: z.enum(generators).nullable(),
  seconds: z.number(),
  configured_bps: z.number().nullable(),
  /** Where the limit changed: its mean over the steady time; null where there was none for a part of it. Left out: it stayed. */
  mean_configured_bps: z.number().nullable().exactOptional(),
  /** Payload that it was to send; null: as fast as it goes. */
  offered_bps: z.number().nullable(),
  /** What bounds the flows behind the limit: it, or what they offer together where that is less; null without a limit. */
  bound_by: z.enum(['limit', 'offered']).nullable(),
  /** The smaller of the two on the wire, or its share; where limits changed, the mean of them over time; null where there was none for a part of it, and of requests below it. */
  predicted_wire_bps: z.number().nullable(),
  /** Behind the shaper, without the first second. */
  wire_bps: z.number().nullable(),
  /** Receiver's payload, without the first second. */
  goodput_bps: z.number().nullable(),
  /** The payload of that, by frame and payload sizes. */
  predicted_goodput_bps: z.number().nullable(),
  /** On the wire, by the limits at its beginning. */
  predicted_first_second_bps: z.number().nullable(),
  /**
   * (wire_bps - bound) / bound * 100, where the bound is configured_bps, or what was offered where `bound_by` says so; flows
   * behind one limit are added up, since it holds their sum.
   */
  error_pct: z.number().nullable(),
  /** Limits that stood too shortly to be judged while it ran; `error_pct` is of the others. */
  unjudged_limits: z.number(),
  /** What bounds it beside the other flows of its step: a limit's place, such as `wire to node:a/ens192`; null: what it offers, or nothing. */
  bound_at: z.string().nullable(),
  /** What happened to it that its figures do not say; for people. */
  remark: z.string().nullable(),
  /** How many flows of the step the limit holds together, this one among them; null where there is none. */
  flows_behind_limit: z.number().nullable(),
  /** Wire rate of the first second. */
  first_second_bps: z.number().nullable(),
  /** Payload of a flow that ends when all of it has arrived; left out: time ends it. */
  volume: z
    .object({
      bytes: z.number(),
      received_bytes: z.number(),
      /** From the first byte sent to the last one received; null: not all of it arrived in its time. */
      completion_ms: z.number().nullable(),
      /** null: nothing limits it, or it cannot be foretold. */
      predicted_completion_ms: z.number().nullable(),
    })
    .exactOptional(),
  retransmits: z.number().nullable(),
  lost_packets: z.number().nullable(),
  /** Of UDP: those in percent of the datagrams that were sent. */
  loss_pct: z.number().nullable(),
  rtt_us: z
    .object({
      idle_p50: z.number().nullable(),
      p50: z.number().nullable(),
      p95: z.number().nullable(),
      p99: z.number().nullable(),
      lost: z.number(),
    })
    .nullable(),
  /** Of a request/response flow, from a request's first byte sent to its reply's last byte received. */
  request_us: z
    .object({
      p50: z.number().nullable(),
      p95: z.number().nullable(),
      p99: z.number().nullable(),
      max: z.number().nullable(),
      answered: z.number(),
      lost: z.number(),
    })
    .nullable(),
  /** Of a flow whose requests have a connection each; left out: its connections stay. */
  connections: z
    .object({
      /** Time in which a connection was made, µs. */
      connect_p50_us: z.number().nullable(),
      connect_p99_us: z.number().nullable(),
      made: z.number(),
      failed: z.number(),
      per_s: z.number().nullable(),
      predicted_per_s: z.number(),
    })
    .exactOptional(),
  /** Of UDP: from a datagram's departure time to its receiver. */
  one_way_us: z
    .object({
      p50: z.number(),
      p95: z.number(),
      p99: z.number(),
      max: z.number(),
    })
    .nullable(),
  /** Of UDP with up to 1000 datagrams a second: mean difference of the delays of two that arrived one after the other. */
  jitter_us: z.number().nullable(),
  /** Jain's index over the bytes that the streams received: 1 when all got the same, 1/n when one got all. */
  fairness: z.number().nullable(),
  /**
   * Processor time of the whole kernel while the flow's step ran, a gigabit of payload that its flows delivered; null where the
   * kernel did not count or nothing was delivered. Includes what makes the traffic.
   */
  cpu_s_per_gbit: z.number().nullable(),
  /** Packets by reason while the flow ran, at its two endpoints. */
  drops: z.record(z.string(), z.number()),
  /** The limit that it is there to measure, of a flow that nobody wrote; `replicas` pods have it, and one is measured. */
  measures: limitSchema.extend({ replicas: z.number() }).exactOptional(),
});
export type FlowResult = Checked<typeof flowSchema>;

const probeSchema = z.object({
  step: z.string(),
  from: z.string(),
  to: z.string(),
  protocol: z.string(),
  port: z.number(),
  expected: verdict.nullable(),
  predicted: verdict,
  measured: verdict,
  rule: z.string(),
  /** How often it was asked until it was answered: more than once is a packet that was lost or late. */
  askings: z.number(),
});
export type ProbeResult = Checked<typeof probeSchema>;

const dropSchema = z.object({
  endpoint: z.string(),
  direction,
  reason: z.string(),
  rule: z.string(),
  packets: z.number(),
  /** null: who dropped them counts none. */
  bytes: z.number().nullable(),
});
export type DropResult = Checked<typeof dropSchema>;

export const resultSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  scenario: z.string(),
  /**
   * `unjudged`: what could be judged is met, and something could not be measured here; `error`: the run did not come to its end, so
   * no verdict can be given.
   */
  verdict: z.enum(['pass', 'fail', 'unjudged', 'error']),
  message: z.string().exactOptional(),
  kernel: z.object({
    kind: z.string(),
    release: z.string(),
    clock: z.enum(clocks),
    /** Of the kernel's random numbers, where it was another than the first. */
    seed: z.number().exactOptional(),
    /** Wall clock; null in a result made again from a trace alone. */
    boot_ms: z.number().nullable(),
  }),
  /** Once the steps were done; null where it is not told (a trace alone). Wall facts, as `boot_ms`. */
  memory: memorySchema.nullable(),
  build: z.object({ pods: z.number(), ms: z.number(), ms_per_pod: z.number() }),
  /** The loaded eBPF object; null where the trace does not tell of it. */
  dataplane: dataplaneSchema.nullable(),
  checks: z.array(checkSchema),
  flows: z.array(flowSchema),
  probes: z.array(probeSchema),
  drops: z.array(dropSchema),
  policy_changes: z.array(policyChangeSchema),
  /** What about the kernel or the machine spoilt something, or could have, and the remedy. */
  diagnostics: z.array(diagnosticSchema),
  /** Limits that the run was to measure by itself, and could not. */
  unmeasured: z.array(limitSchema.extend({ why: z.string() })).exactOptional(),
});
export type Result = Checked<typeof resultSchema>;

/** One of several runs that are reported together. */
export interface ScenarioRun {
  readonly scenario: string;
  /** null: it came to none, and `message` says why; without one it was not run. */
  readonly result: Result | null;
  readonly message?: string | null;
}
