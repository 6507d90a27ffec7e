/** A flow of traffic, and what bounds it. */
import * as z from 'zod';
import { directions } from '../../../dataplane/policy/network-policy.ts';
import { type Checked, count, text } from '../../diagnostics/checked.ts';
import { generators } from './names.ts';
import { partySchema } from './party.ts';
import { bps, id } from './units.ts';

/** A limit of a workload, or of a pod that is nobody's. */
const limitOf = z.object({
  /** `namespace/name` of the workload or pod. */
  of: text,
  direction: z.enum(directions),
  limitBps: bps,
});

export const unmeasuredLimitSchema = limitOf.extend({
  /** In words. */
  why: text,
});
export type UnmeasuredLimit = Checked<typeof unmeasuredLimitSchema>;

/** The limit that a flow is there to measure. */
const measuredLimitSchema = limitOf.extend({
  /** Pods that have it; one of them is measured. */
  replicas: z.int().positive(),
  /** By how much one packet more or less in its window changes the rate, in percent. */
  grainPct: z.number(),
});
export type MeasuredLimit = Checked<typeof measuredLimitSchema>;

/** Of all streams together, each an equal part. */
const volumeSchema = z.object({
  bytes: count,
  /** In the frames that carry it, acknowledgements aside. */
  wireBytes: count,
  /** From the first byte sent to the last one received, beside the other flows of its step; left out: nothing limits it, or it cannot be foretold. */
  predictedNs: count.exactOptional(),
});
export type VolumePlan = Checked<typeof volumeSchema>;

const limitedBy = z.enum([...directions, 'underlay']);

/** `at` names the place: `egress of default/a`, `wire from node-a/ens192`. */
const limitOnWaySchema = z.object({
  at: text,
  by: limitedBy,
  bps,
  /** Of the wire, where pods' limits charge frames otherwise: bits of it that one bit of the flow as it is charged takes; left out: 1. */
  takes: z.number().positive().exactOptional(),
});
export type LimitOnWay = Checked<typeof limitOnWaySchema>;

/**
 * An open loop: every connection sends a request each `everyNs`, whatever is still unanswered, so that a slow answer does not
 * keep the next question back and hide how long it would have waited.
 */
const requestsSchema = z.object({
  everyNs: z.number().positive(),
  bytes: count,
  replyBytes: count,
  /** Each on a connection of its own; left out: those of its streams stay. */
  connection: z.literal('new').exactOptional(),
});
export type RequestsPlan = Checked<typeof requestsSchema>;

const groupSchema = z.object({
  address: text,
  /** Receivers join the first, and only listen at the second. */
  kind: z.enum(['multicast', 'broadcast']),
  /** The same of all copies of the stream. */
  id: z.int().positive(),
  /** Names of the network interfaces that it leaves by and is heard at. */
  fromInterface: text,
  toInterface: text,
});

export const flowSchema = z.object({
  /** Unique in the lab, from 1; traces name it. */
  flowId: id,
  from: partySchema,
  to: partySchema,
  /** Addresses used, text without prefix. */
  fromAddress: text,
  toAddress: text,
  protocol: z.enum(['TCP', 'UDP']),
  streams: z.int().positive(),
  /** Of a flow with a volume: the time it may take. */
  durationNs: z.number().positive(),
  /** Payload that ends the flow when all of it has arrived; left out: time ends it. */
  volume: volumeSchema.exactOptional(),
  /** Offered rate; required for UDP; null: as fast as it goes. */
  offeredBps: bps.nullable(),
  /** What the offered payload takes on the wire, acknowledgements aside; left out: as fast as it goes. */
  offeredWireBps: bps.exactOptional(),
  /** Payload bytes per datagram (UDP) ; null for TCP. */
  datagramBytes: count.nullable(),
  /** The flow is the copy that `to` hears of one stream to a multicast group or a broadcast address; left out: it is sent to `to` alone. */
  group: groupSchema.exactOptional(),
  /** Where the receiver listens; left out: a port that no other flow of the lab has. */
  port: z.int().min(1).max(65535).exactOptional(),
  /** Measure round trips from -> to before the flow (idle) and during it (under load). */
  ping: z.boolean(),
  /** Who makes the traffic; left out: chosen by protocol and clock (docs/measurement.md). */
  generator: z.enum(generators).exactOptional(),
  /** TCP congestion control; left out: the kernel's default. */
  congestion: text.exactOptional(),
  /** What each socket asks the kernel for; left out: as much as the generator needs, or as the pod's sysctls say. */
  sendBufferBytes: z.int().positive().exactOptional(),
  receiveBufferBytes: z.int().positive().exactOptional(),
  /** Whether the sender asks for ECN (RFC 3168); left out: the kernel's default, which is not to ask. */
  ecn: z.boolean().exactOptional(),
  /** Requests over the flow's connections in place of bulk. */
  requests: requestsSchema.exactOptional(),
  /** The smallest of the limits on the way: sender's egress, receiver's ingress, underlay; null: none. */
  configuredBps: bps.nullable(),
  /** Which of them it is. */
  configuredBy: limitedBy.nullable(),
  /** All limits on the way, in its order; flows with one of the same `at` share it. Left out in plans of older versions. */
  limits: z.array(limitOnWaySchema).exactOptional(),
  /** What it must get on the wire beside the others of its step, on average after its first second, and the limit that bounds it; `at` null: its own offer does. Left out: nothing does. */
  share: z
    .object({
      bps,
      at: text.nullable(),
      /** While the others that end before it are there; left out: as `bps`. */
      firstSecondBps: bps.exactOptional(),
    })
    .exactOptional(),
  /** Payload per byte on the wire, 0 to 1, of bulk and datagrams; left out: of requests, and in plans of older versions. */
  efficiency: z.number().exactOptional(),
  /** One way over the wire; left out: it does not cross it, or there is no delay. */
  delayNs: count.exactOptional(),
  /** Goodput the configured rate must give, or its share of it, from frame and payload sizes; 0: nothing can arrive; null where there is no limit. */
  predictedGoodputBps: z.number().nonnegative().nullable(),
  /** Of a flow that the plan made up. */
  measures: measuredLimitSchema.exactOptional(),
});
export type FlowPlan = Checked<typeof flowSchema>;
