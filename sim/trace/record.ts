/**
 * What was seen: the records of `trace.ndjson`, one JSON object a line, in the order they happened. Each is said once,
 * as the schema that a reader demands of its line; the type follows. Fields that are not known are passed over, so that
 * a later writer may add some.
 *
 * The trace is the only thing between a run and its readers: verdicts, terminal and reports read nothing else.
 * `t` is nanoseconds of the lab's monotonic clock since the lab began (an integer; 2^53 ns are 104 days).
 * Counters are cumulative since the lab began; readers take differences. The format is documented in
 * `docs/trace-format.md`; a change that an old reader cannot take makes a new `schema`.
 */
import * as z from 'zod';
import { type Checked, count, lines, text } from '../diagnostics/checked.ts';
import { clusterChangeSchema } from '../plan/schema/cluster-change.ts';
import { planSchema } from '../plan/schema/plan.ts';
import { directions, ruleNameSchema } from '../../dataplane/policy/network-policy.ts';
import { generators } from '../plan/schema/names.ts';
import { kernelSchema } from './kernel.ts';
import { TRACE_SCHEMA } from './names.ts';

export type { Clock } from './names.ts';

const t = count;
const direction = z.enum(directions);
const verdict = z.enum(['allowed', 'denied']);
const counter = z.object({ packets: count, bytes: count });
/** Lines of iproute2, tc, bpftool and sysctl: what was done since the last record that has such; only with --show-commands. */
const commands = z.array(lines).exactOptional();

/** First record of every trace. */
const run = z.object({
  type: z.literal('run'),
  t: z.literal(0),
  schema: z.literal(TRACE_SCHEMA),
  plan: planSchema,
  kernel: kernelSchema,
  /** Versions of what took part: ipvlane, node, iperf3, libbpf. */
  versions: z.record(text, text),
});
export type RunRecord = Checked<typeof run>;

const programFacts = z.object({
  name: text,
  /** Instructions the verifier walked through; null where the kernel does not tell (before 5.16). */
  verifiedInsns: count.nullable(),
  /** Instructions after the kernel's rewriting. */
  insns: count.nullable(),
});
export type ProgramFacts = Checked<typeof programFacts>;

/** A kernel object that the lab built: what it was, how long it took, what it amounts to as commands. */
const build = z.object({
  type: z.literal('build'),
  t,
  what: z.enum(['underlay', 'node', 'host', 'dataplane', 'pod']),
  /** Node name, host name, `namespace/name` of a pod. */
  name: text,
  durationNs: count,
  commands,
  /** Of the dataplane: its programs, as this kernel's verifier took them. */
  programs: z.array(programFacts).exactOptional(),
});
export type BuildRecord = Checked<typeof build>;

/** A pod's state as `kubectl get pods` would show it. */
const pod = z.object({
  type: z.literal('pod'),
  t,
  pod: text,
  endpointId: count,
  /** `Deleted`: it is gone, and its name is free. */
  state: z.enum(['Pending', 'ContainerCreating', 'Running', 'Failed', 'Terminating', 'Deleted']),
  message: lines.exactOptional(),
});
export type PodRecord = Checked<typeof pod>;

const step = z.object({
  type: z.literal('step'),
  t,
  step: count,
  state: z.enum(['started', 'finished', 'failed']),
  /** With `failed`: why, for people. */
  message: lines.exactOptional(),
  commands,
});
export type StepRecord = Checked<typeof step>;

/** Every 100 ms, for each endpoint and direction whose counters moved since the last such record. */
const endpoint = z.object({
  type: z.literal('endpoint'),
  t,
  endpointId: count,
  direction,
  /**
   * Cumulative. `offered` is what reached the hook, before policy and pacing; `passed` what the hook let go.
   * Bytes count whole frames with every GSO segment's own headers (wire length).
   */
  offered: counter,
  passed: counter,
});
export type EndpointRecord = Checked<typeof endpoint>;

/** Every 100 ms: the queueing disciplines that shape, as the kernel itself counts (RTM_GETQDISC). Cumulative. */
const qdisc = z.object({
  type: z.literal('qdisc'),
  t,
  /** `namespace/pod` or `host:NAME`, or `underlay`. */
  where: text,
  /** `egress`: the slave's root; `ingress`: the IFB's root, behind which nothing shapes. */
  direction,
  device: text,
  kind: text,
  /** Dequeued: `bytes` include the headers of every GSO segment. */
  packets: count,
  bytes: count,
  drops: count,
  overlimits: count,
  backlogBytes: count,
  /** Kind's own counters, for fq: flows_plimit, horizon_drops, throttled. */
  extra: z.record(text, z.number()),
});
export type QdiscRecord = Checked<typeof qdisc>;

/** One drop counter that moved. Cumulative. */
const drop = z.object({
  type: z.literal('drop'),
  t,
  endpointId: count,
  direction,
  /** Name from `dataplane/bpf/abi.h`: POLICY_DENIED, EDT_HORIZON, ... */
  reason: text,
  /** For a policy denial: `namespace/name` of the policies that isolate the pod in this direction. */
  isolatedBy: z.array(text),
  /** 0 when no single rule decided. */
  ruleId: count,
  packets: count,
  bytes: count,
});
export type DropRecord = Checked<typeof drop>;

/**
 * What the kernel lost outside of the dataplane and the queueing disciplines, by counters of its own that moved. Looked for at the
 * beginning and at the end of a step, and of a flow or a single question that somebody asks. Cumulative.
 */
const loss = z.object({
  type: z.literal('loss'),
  t,
  /** Whose network stack: `namespace/pod`, `host:NAME`, `node:NAME`; `kernel`: all together; `underlay`: an end of the wire. */
  where: text,
  /** Of an end of the wire: as the `qdisc` record has it. */
  device: text.exactOptional(),
  direction,
  /** Of sim/plan/flows/kernel-losses.ts: REASSEMBLY_FAILED, SOCKET_BUFFER, ... */
  reason: text,
  packets: count,
});
export type LossRecord = Checked<typeof loss>;

/**
 * What a pod's slave sent and no program passed, by the slave's own counter against theirs: at least so many went around the dataplane,
 * neither policed nor paced. Looked for as `loss` is, and of every pod at the end. Cumulative.
 */
const around = z.object({ type: z.literal('around'), t, endpointId: count, packets: count });
export type AroundRecord = Checked<typeof around>;

/** What the traffic generator said of one interval of one flow (all streams together). */
const flowInterval = z.object({
  type: z.literal('flow'),
  t,
  flowId: count,
  side: z.enum(['sender', 'receiver']),
  /** Nanoseconds since the flow's first byte. */
  startNs: count,
  endNs: count,
  /** Payload bytes in the interval. */
  bytes: count,
  /** Sender of TCP only. */
  retransmits: count.nullable(),
  /** Receiver of UDP only. */
  lostPackets: z.int().nullable(),
});
export type FlowIntervalRecord = Checked<typeof flowInterval>;

const streamTotals = z.object({ sentBytes: count, receivedBytes: count, retransmits: count.nullable() });
export type StreamTotals = Checked<typeof streamTotals>;

const flowTotals = z.object({
  sentBytes: count,
  receivedBytes: count,
  durationNs: count,
  retransmits: count.nullable(),
  /** UDP: sent, and neither arrived nor on its way when waiting ended. */
  lostPackets: z.int().nullable(),
  /** UDP: sent. */
  packets: count.nullable(),
  /** UDP: in queues when waiting ended, or arrived when the receiver had stopped counting; left out: none. */
  onTheirWayPackets: count.exactOptional(),
  /** One entry a stream, in the order they were begun. */
  streams: z.array(streamTotals).exactOptional(),
  /** UDP: datagrams that came after a later one, and those that came twice. */
  reorderedPackets: count.exactOptional(),
  duplicatePackets: count.exactOptional(),
  /** Of a volume: from the first byte sent to the last one received; left out: not all of it had arrived at the end. */
  completedNs: count.exactOptional(),
  /** UDP: from a datagram's own departure time to its receiver, over all that arrived; nearest ranks. */
  oneWayNs: z.object({ p50: z.int(), p95: z.int(), p99: z.int(), max: z.int() }).exactOptional(),
  /** UDP: mean difference of the delays of two datagrams of a stream that arrived one after the other; left out: not known. */
  jitterNs: count.exactOptional(),
});
export type FlowTotals = Checked<typeof flowTotals>;

/** A flow's beginning and end; the end carries the totals of both sides. */
const flowState = z.object({
  type: z.literal('flow-state'),
  t,
  flowId: count,
  state: z.enum(['started', 'finished', 'failed']),
  message: lines.exactOptional(),
  /** With `started`: who makes the traffic. */
  generator: z.enum(generators).exactOptional(),
  /** With `started`: the moment that `startNs` and `endNs` of its intervals count from, where the generator knows it. */
  epochNs: count.exactOptional(),
  totals: flowTotals.exactOptional(),
});
export type FlowStateRecord = Checked<typeof flowState>;

/** One request of a request/response flow: answered in full after `latencyNs`, or not until the flow ended (null). */
const request = z.object({
  type: z.literal('request'),
  t,
  flowId: count,
  stream: count,
  sequence: count,
  latencyNs: count.nullable(),
  /** Of one on a connection of its own: from the beginning of that to its being made, a part of `latencyNs`; null: it was not. */
  connectNs: count.nullable().exactOptional(),
});
export type RequestRecord = Checked<typeof request>;

/** What all processors of the kernel did since it began; at the beginning and at the end of a step with traffic. */
const cpu = z.object({
  type: z.literal('cpu'),
  t,
  /** Not idle, in steps of the kernel's tick (1/100 s in /proc/stat). */
  busyNs: count,
});
export type CpuRecord = Checked<typeof cpu>;

/** One echo request: answered after `rttNs`, or lost (null). */
const ping = z.object({
  type: z.literal('ping'),
  t,
  flowId: count,
  phase: z.enum(['idle', 'load']),
  sequence: count,
  rttNs: count.nullable(),
});
export type PingRecord = Checked<typeof ping>;

/** What the wire said to one probe, and what the oracle says of it. */
const probe = z.object({
  type: z.literal('probe'),
  t,
  step: count,
  probeId: count,
  predicted: verdict,
  measured: verdict,
  /** What the wire gave: `connected`, `answered`, `timeout`, `refused`, `unreachable`. */
  evidence: text,
  /** The rule that allows, or the policies that isolate: from the oracle, in words. */
  rule: text,
  /** How often it was asked until it was answered; left out: once, or it never was. */
  askings: count.exactOptional(),
});
export type ProbeRecord = Checked<typeof probe>;

/** The policies in force changed: names for the rule ids that later records use. */
const policy = z.object({
  type: z.literal('policy'),
  t,
  /** `namespace/name` of all policies now in force. */
  policies: z.array(text),
  rules: z.array(ruleNameSchema),
  /** From the first map update to the last. */
  durationNs: count,
  entries: count,
  identities: count,
});
export type PolicyRecord = Checked<typeof policy>;

/**
 * The living cluster was changed, by a step or by a command from another terminal. The times are the lab's: asked for,
 * compiled, and from when on no packet meets what was before (`effectiveNs`); at `t` all is tidied up.
 */
export const changeRecordSchema = z.object({
  type: z.literal('change'),
  t,
  /** Index of the step; null for a command. */
  step: count.nullable(),
  /** For people: `apply default/test-ipvlan`. */
  what: text,
  change: clusterChangeSchema,
  askedNs: count,
  compiledNs: count,
  effectiveNs: count,
  /** Entries of the dataplane's maps that were written or taken out for it: of policies, endpoints, addresses, limits. */
  mapUpdates: count,
  message: lines.exactOptional(),
  /** Of a command: a step has its own. */
  commands,
});
export type ChangeRecord = Checked<typeof changeRecordSchema>;

/** Something people should know that is no verdict: a kernel warning, a tool's complaint. */
const note = z.object({ type: z.literal('note'), t, severity: z.enum(['info', 'warning', 'error']), message: lines });
export type NoteRecord = Checked<typeof note>;

/**
 * A table or a memory of the kernel was full between `fromNs` and `t`: something was refused, whoever asked for it. What it can
 * have spoilt meanwhile is no verdict.
 */
const exhausted = z.object({
  type: z.literal('exhausted'),
  t,
  /** Until then it was not. */
  fromNs: count,
  resource: z.enum(['neighbours', 'routes', 'connections', 'tcp-memory', 'sockets', 'memory', 'files']),
  /** What was full, and what that does to packets; a sentence without its full stop. */
  cause: lines,
  /** Imperative. */
  help: lines,
  /** The kernel's own words, where it had some. */
  said: lines.exactOptional(),
  /** It was noticed, and nothing was refused: it spoils nothing. */
  harmless: z.literal(true).exactOptional(),
});
export type ExhaustedRecord = Checked<typeof exhausted>;

/**
 * How the machine treated the kernel while a step with traffic ran, by the machine's own clock; written by the front end, after the
 * step's end, on the real clock only.
 */
const machine = z.object({
  type: z.literal('machine'),
  t,
  step: count,
  wallNs: count,
  /** All the kernel's processes on this machine together: on a processor, and waiting for one. */
  ranNs: count,
  waitedNs: count,
  /** Part of the processors' time that a hypervisor gave to others. */
  stolenPct: z.number().nonnegative(),
});
export type MachineRecord = Checked<typeof machine>;

/** A capture that tcpdump wrote, beside the trace. */
const capture = z.object({ type: z.literal('capture'), t, where: text, file: text, packets: count });
export type CaptureRecord = Checked<typeof capture>;

/** Last record of a run that ended by itself or by a signal; a trace without it was cut off. */
const end = z.object({
  type: z.literal('end'),
  t,
  outcome: z.enum(['completed', 'interrupted', 'failed']),
  message: lines.exactOptional(),
  /** How the lab was taken down. */
  commands,
});
export type EndRecord = Checked<typeof end>;

export const traceRecordSchema = z.discriminatedUnion('type', [
  run,
  build,
  pod,
  step,
  endpoint,
  qdisc,
  drop,
  loss,
  around,
  flowInterval,
  flowState,
  cpu,
  ping,
  request,
  probe,
  policy,
  changeRecordSchema,
  note,
  exhausted,
  machine,
  capture,
  end,
]);
export type TraceRecord = Checked<typeof traceRecordSchema>;
