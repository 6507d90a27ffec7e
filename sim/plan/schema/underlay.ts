/** The wire between the nodes, and links by which a machine meets it otherwise than the others. */
import * as z from 'zod';
import { type Checked, count, text } from '../../diagnostics/checked.ts';
import { wireDisciplines } from '../../manifest/scenario/wire-disciplines.ts';
import { bps } from './units.ts';

/** A buffer in one of three units at most; none: as without a queue, or the discipline's own. */
const wireQueueSchema = z.object({
  discipline: z.enum(wireDisciplines),
  /** Of frames, with their Ethernet headers. */
  bytes: count.exactOptional(),
  packets: count.exactOptional(),
  timeNs: count.exactOptional(),
});
export type WireQueuePlan = Checked<typeof wireQueueSchema>;

const deliveryTraceSchema = z.object({
  /** As the Scenario names it. */
  file: text,
  /** From its beginning, in order, each an opportunity for a packet of 1500 bytes; after the last it begins anew. */
  momentsMs: z.array(count),
});
export type DeliveryTracePlan = Checked<typeof deliveryTraceSchema>;

const waySchema = z.object({
  /** null: as fast as the kernel can. With a trace: what full frames come to in one round of it. */
  rateBps: bps.nullable(),
  /** When packets are taken, in place of a steady rate. */
  trace: deliveryTraceSchema.exactOptional(),
  /** What may wait in front of the rate; left out: a round trip of it or 10 ms, 256 KiB at least, first in, first out. */
  queue: wireQueueSchema.exactOptional(),
  delayNs: count,
  /** A packet is early or late of the delay by no more than this. */
  jitterNs: count.exactOptional(),
  /** Share of the packets, 0 to 100. */
  lossPct: z.number().exactOptional(),
});
export type WayPlan = Checked<typeof waySchema>;

const { rateBps, delayNs } = waySchema.shape;
/** As it was said: rate, trace and queue stand in place of the wire's, the others are had beside it. */
const linkWaySchema = waySchema.extend({ rateBps: rateBps.exactOptional(), delayNs: delayNs.exactOptional() });
export type LinkWayPlan = Checked<typeof linkWaySchema>;

/** Where a machine meets the wire by another link than the others. */
const linkSchema = z.object({
  /** `node:NAME` or `host:NAME`. */
  of: text,
  /** Of a node; left out: each of its NICs. */
  interface: text.exactOptional(),
  /** `host:NAME` of the router at its other end; left out: the network between all others. Nothing of the wire's is met on such a link. */
  behind: text.exactOptional(),
  /** Of both ends of a link to a router; left out: the wire's. */
  mtu: count.exactOptional(),
  /** What the machine sends. */
  up: linkWaySchema.exactOptional(),
  /** What comes to it. */
  down: linkWaySchema.exactOptional(),
});
export type LinkPlan = Checked<typeof linkSchema>;

/** The wire between the nodes: a bridge in a namespace of its own, one port a NIC. Its rate is that of each port, each way; a packet meets all else once. */
export const underlaySchema = waySchema.extend({
  mtu: count,
  /** Share of the packets, 0 to 100, each way: not delayed, so they overtake those that are. */
  reorderPct: z.number().exactOptional(),
  duplicatePct: z.number().exactOptional(),
  /** None speaks of a place that another speaks of. What a place has, one way, says `linkWay` (links.ts). */
  links: z.array(linkSchema).exactOptional(),
});
export type UnderlayPlan = Checked<typeof underlaySchema>;
