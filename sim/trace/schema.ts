/**
 * `ipvlane.trace/v1` as a schema: what a reader demands of a line. Kept equal to the types of `record.ts` by the
 * type-level test in `schema.test.ts`. Fields that are not known are passed over, so that a later writer may add some.
 */
import { z } from 'zod';
import { clusterChangeSchema, planSchema, ruleNameSchema } from './plan-schema.ts';
import { TRACE_SCHEMA } from './record.ts';
import { lines, text } from './text.ts';

const count = z.int().nonnegative();
const t = count;
const direction = z.enum(['ingress', 'egress']);
const counter = z.object({ packets: count, bytes: count });
const verdict = z.enum(['allowed', 'denied']);

export const traceRecordSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    t: z.literal(0),
    schema: z.literal(TRACE_SCHEMA),
    plan: planSchema,
    kernel: z.object({ kind: text, release: text, clock: z.enum(['real', 'virtual']) }),
    versions: z.record(text, text),
  }),
  z.object({
    type: z.literal('build'),
    t,
    what: z.enum(['underlay', 'node', 'host', 'dataplane', 'pod']),
    name: text,
    durationNs: count,
    commands: z.array(lines).exactOptional(),
    programs: z
      .array(z.object({ name: text, verifiedInsns: count.nullable(), insns: count.nullable() }))
      .exactOptional(),
  }),
  z.object({
    type: z.literal('pod'),
    t,
    pod: text,
    endpointId: count,
    state: z.enum(['Pending', 'ContainerCreating', 'Running', 'Failed', 'Terminating', 'Deleted']),
    message: lines.exactOptional(),
  }),
  z.object({
    type: z.literal('step'),
    t,
    step: count,
    state: z.enum(['started', 'finished', 'failed']),
    message: lines.exactOptional(),
  }),
  z.object({ type: z.literal('endpoint'), t, endpointId: count, direction, offered: counter, passed: counter }),
  z.object({
    type: z.literal('qdisc'),
    t,
    where: text,
    direction,
    device: text,
    kind: text,
    packets: count,
    bytes: count,
    drops: count,
    overlimits: count,
    backlogBytes: count,
    extra: z.record(text, z.number()),
  }),
  z.object({
    type: z.literal('drop'),
    t,
    endpointId: count,
    direction,
    reason: text,
    isolatedBy: z.array(text),
    ruleId: count,
    packets: count,
    bytes: count,
  }),
  z.object({
    type: z.literal('loss'),
    t,
    where: text,
    device: text.exactOptional(),
    direction,
    reason: text,
    packets: count,
  }),
  z.object({ type: z.literal('around'), t, endpointId: count, packets: count }),
  z.object({
    type: z.literal('flow'),
    t,
    flowId: count,
    side: z.enum(['sender', 'receiver']),
    startNs: count,
    endNs: count,
    bytes: count,
    retransmits: count.nullable(),
    lostPackets: z.int().nullable(),
  }),
  z.object({
    type: z.literal('flow-state'),
    t,
    flowId: count,
    state: z.enum(['started', 'finished', 'failed']),
    message: lines.exactOptional(),
    generator: z.enum(['iperf3', 'ipvlane']).exactOptional(),
    epochNs: count.exactOptional(),
    totals: z
      .object({
        sentBytes: count,
        receivedBytes: count,
        durationNs: count,
        retransmits: count.nullable(),
        lostPackets: z.int().nullable(),
        packets: count.nullable(),
        onTheirWayPackets: count.exactOptional(),
        streams: z
          .array(z.object({ sentBytes: count, receivedBytes: count, retransmits: count.nullable() }))
          .exactOptional(),
        reorderedPackets: count.exactOptional(),
        duplicatePackets: count.exactOptional(),
        completedNs: count.exactOptional(),
        oneWayNs: z.object({ p50: z.int(), p95: z.int(), p99: z.int(), max: z.int() }).exactOptional(),
        jitterNs: count.exactOptional(),
      })
      .exactOptional(),
  }),
  z.object({ type: z.literal('cpu'), t, busyNs: count }),
  z.object({
    type: z.literal('ping'),
    t,
    flowId: count,
    phase: z.enum(['idle', 'load']),
    sequence: count,
    rttNs: count.nullable(),
  }),
  z.object({
    type: z.literal('request'),
    t,
    flowId: count,
    stream: count,
    sequence: count,
    latencyNs: count.nullable(),
    connectNs: count.nullable().exactOptional(),
  }),
  z.object({
    type: z.literal('probe'),
    t,
    step: count,
    probeId: count,
    predicted: verdict,
    measured: verdict,
    evidence: text,
    rule: text,
    askings: count.exactOptional(),
  }),
  z.object({
    type: z.literal('policy'),
    t,
    policies: z.array(text),
    rules: z.array(ruleNameSchema),
    durationNs: count,
    entries: count,
    identities: count,
  }),
  z.object({
    type: z.literal('change'),
    t,
    step: count.nullable(),
    what: text,
    change: clusterChangeSchema,
    askedNs: count,
    compiledNs: count,
    effectiveNs: count,
    mapUpdates: count,
    message: lines.exactOptional(),
  }),
  z.object({ type: z.literal('note'), t, severity: z.enum(['info', 'warning', 'error']), message: lines }),
  z.object({
    type: z.literal('exhausted'),
    t,
    fromNs: count,
    resource: z.enum(['neighbours', 'routes', 'connections', 'tcp-memory', 'sockets', 'memory', 'files']),
    cause: lines,
    help: lines,
    said: lines.exactOptional(),
    harmless: z.literal(true).exactOptional(),
  }),
  z.object({
    type: z.literal('machine'),
    t,
    step: count,
    wallNs: count,
    ranNs: count,
    waitedNs: count,
    stolenPct: z.number().nonnegative(),
  }),
  z.object({ type: z.literal('capture'), t, where: text, file: text, packets: count }),
  z.object({
    type: z.literal('end'),
    t,
    outcome: z.enum(['completed', 'interrupted', 'failed']),
    message: lines.exactOptional(),
  }),
]);
