/**
 * Rate, queue and delay of a wire as queueing disciplines. Where nobody says how much may wait, the bandwidth-delay product
 * fits: a wire that drops before it is full would measure itself, not the dataplane.
 */
import { ETHERNET_HEADER } from '../../../dataplane/bandwidth/charge.ts';
import type { QdiscSpec } from '../../linux/qdisc.ts';
import type { QdiscParent } from '../../linux/rtnetlink.ts';
import { allWays, isImpaired, isLong, linkWay, type LinkWay, type Plug } from '../../plan/wire/links.ts';
import type { DeliveryTracePlan, UnderlayPlan } from '../../plan/plan.ts';
import { OPPORTUNITY_BYTES, wireQueueBytes } from '../../plan/wire/wires.ts';
import type { Clock } from '../../trace/record.ts';

export interface PlacedQdisc {
  readonly parent: QdiscParent;
  readonly spec: QdiscSpec;
  /** Where another qdisc hangs below this one. */
  readonly handle?: number;
}

export interface WireShape {
  /** What a NIC sends goes through these. */
  readonly nic: (plug: Plug, counted: boolean) => readonly PlacedQdisc[];
  /** What a port hands to its NIC goes through these. */
  readonly port: (plug: Plug, counted: boolean) => readonly PlacedQdisc[];
}

/** The largest super-packet that TCP segmentation offload makes; a smaller burst would make `tbf` cut it up. */
const SUPER_PACKET_BYTES = 65_536;
/** Buffering of a wire beyond its round trip, as of a switch with shallow buffers. */
const QUEUE_NS = 10e6;
/** For the room of a delay line on a wire without a rate. */
const FASTEST_BPS = 10e9;
const SMALLEST_ROOM_PACKETS = 10_000;
/** On a wire that is no faster, a super-packet takes 5 ms and more. */
const SLOW_BPS = 100e6;

export function wireShape(plan: UnderlayPlan, clock: Clock): WireShape {
  const arrivesBps = Math.max(...allWays(plan).map(({ rateBps }) => rateBps ?? FASTEST_BPS));
  return {
    nic: (plug, counted) => {
      const way = linkWay(plan, plug, 'up');
      const shaped = wayQueues(way, FASTEST_BPS, clock);
      return shaped.length === 0 && counted ? [{ parent: 'root', spec: { kind: 'fq' } }] : shaped;
    },
    port: (plug, counted) => {
      const way = linkWay(plan, plug, 'down');
      const shaped = wayQueues(way, arrivesBps, clock);
      return shaped.length === 0 && counted ? [{ parent: 'root', spec: delayLine(way, arrivesBps) }] : shaped;
    },
  };
}

/** A delay, then a rate, where there is either. @param arrivesBps how fast packets may come to it */
function wayQueues(way: LinkWay, arrivesBps: number, clock: Clock): readonly PlacedQdisc[] {
  const rate = rateQueue(way, clock);
  if (!isLong(way)) return rate === null ? [] : rate('root');
  const delay = delayLine(way, arrivesBps);
  if (rate === null) return [{ parent: 'root', spec: delay }];
  return [{ parent: 'root', spec: delay, handle: DELAY }, ...rate(DELAY_CHILD)];
}

function delayLine(way: LinkWay, arrivesBps: number): QdiscSpec {
  const { delayNs, mtu } = way;
  return { kind: 'netem', delayNs, limit: delayRoom(arrivesBps, delayNs, mtu), ...impairments(way) };
}

/** Whether what a NIC sends waits or is lost in a queue that is the network's. */
export function isShaped(way: LinkWay): boolean {
  return way.rateBps !== null || isLong(way);
}

/**
 * Whether the NICs make no super-packets: one would be lost, doubled or delayed whole, dozens of frames at once, wait for the moment
 * of its last byte, and find room or none in a queue of frames.
 */
export function cutsFrames(plan: UnderlayPlan): boolean {
  return allWays(plan).some((way) => {
    const { trace, queue, rateBps } = way;
    return isImpaired(way) || trace !== undefined || queue !== undefined || (rateBps !== null && rateBps <= SLOW_BPS);
  });
}

/** What serializes, placed below a parent. */
type RateQueue = (parent: QdiscParent) => readonly PlacedQdisc[];

/** No two kinds share a number: the kernel would take the one for a change of the other. `1:`, `1:1`, `3:`, `3:1`, `4:`, `4:1`. */
const DELAY = 0x0001_0000;
const DELAY_CHILD = 0x0001_0001;
const TRACE = 0x0003_0000;
const TRACE_CHILD = 0x0003_0001;
export const BUCKET = 0x0004_0000;
export const BUCKET_CHILD = 0x0004_0001;

function rateQueue(way: LinkWay, clock: Clock): RateQueue | null {
  const { rateBps, roundTripNs, trace, queue } = way;
  if (trace !== undefined) return traceQueue(way, trace);
  if (rateBps === null) return null;
  if (queue?.discipline === 'cake') return (parent) => [{ parent, spec: { kind: 'cake', rateBps } }];
  // Where frames are cut for the sake of the dice alone, the wire is as without them.
  if (queue === undefined && rateBps > SLOW_BPS) {
    const spec = rateLimit(rateBps, roundTripNs);
    return (parent) => [{ parent, spec }];
  }
  const room = queueBytes(way);
  const bucket: QdiscSpec = {
    kind: 'tbf',
    rateBps,
    limitBytes: room,
    burstBytes: Math.max(BURST_FRAMES * (way.mtu + ETHERNET_HEADER), bytesIn(BURST_NS[clock], rateBps)),
  };
  const inner = disciplineOf(way, rateBps);
  if (inner === null) return (parent) => [{ parent, spec: bucket }];
  return (parent) => [
    { parent, spec: bucket, handle: BUCKET },
    { parent: BUCKET_CHILD, spec: inner },
  ];
}

/**
 * A bucket that is full when its timer comes late loses what it could have let go: hardly where time is exact; on the real clock 10 ms
 * of the rate are kept for it.
 */
const BURST_NS: Readonly<Record<Clock, number>> = { real: 10e6, virtual: 100e3 };
/** One that is on its way, and one that may follow at once. */
const BURST_FRAMES = 2;

/** What waits within the bucket; null: its own queue, so many bytes, first in, first out. */
function disciplineOf(way: LinkWay, rateBps: number): QdiscSpec | null {
  const { discipline, packets } = way.queue ?? {};
  switch (discipline) {
    case undefined:
    case 'fifo':
      return packets === undefined ? null : { kind: 'pfifo', limit: packets };
    case 'codel':
    case 'fq_codel':
      return { kind: discipline, ...(packets === undefined ? {} : { limit: packets }) };
    case 'red':
      return { kind: 'red', limitBytes: queueBytes(way), packetBytes: way.mtu, rateBps };
    case 'cake':
      return null;
  }
}

/** A `prio` to ask `ipvlane_underlay` for each packet's moment, and an fq that keeps it until then. */
function traceQueue(way: LinkWay, { momentsMs }: DeliveryTracePlan): RateQueue {
  const bytes = queueBytes(way);
  const limit = Math.ceil(bytes / SMALLEST_PACKET_BYTES);
  const rounds = Math.ceil(bytes / OPPORTUNITY_BYTES / momentsMs.length) + 1;
  const horizonNs = Math.min(LONGEST_HORIZON_NS, Math.max(FQ_HORIZON_NS, rounds * (momentsMs.at(-1) ?? 0) * 1e6));
  const fq: QdiscSpec = { kind: 'fq', limit, flowLimit: limit, horizonNs };
  return (parent) => [
    { parent, spec: { kind: 'prio' }, handle: TRACE },
    { parent: TRACE_CHILD, spec: fq },
  ];
}

/** An IPv4 header. */
const SMALLEST_PACKET_BYTES = 20;
/** The kernel's own (net/sched/sch_fq.c), and the most that 32 bits of microseconds hold. */
const FQ_HORIZON_NS = 10e9;
const LONGEST_HORIZON_NS = 4_294e9;

function impairments(way: LinkWay): Partial<Extract<QdiscSpec, { kind: 'netem' }>> {
  if (!isImpaired(way)) return {};
  const { jitterNs, lossPct, reorderPct, duplicatePct } = way;
  return {
    ...(jitterNs === undefined ? {} : { jitterNs }),
    ...(lossPct === undefined ? {} : { lossPct }),
    ...(reorderPct === undefined ? {} : { reorderPct }),
    ...(duplicatePct === undefined ? {} : { duplicatePct }),
  };
}

/** Token bucket for super-packets: a burst of a millisecond, or one of them. */
function rateLimit(rateBps: number, roundTripNs: number): QdiscSpec {
  const burstBytes = Math.max(SUPER_PACKET_BYTES + 2048, bytesIn(1e6, rateBps));
  return { kind: 'tbf', rateBps, burstBytes, limitBytes: burstBytes + roundTripBytes(rateBps, roundTripNs) };
}

/** What may wait in front of a rate or of a trace's moments. */
export function queueBytes({ rateBps, roundTripNs, queue }: LinkWay): number {
  const bps = rateBps ?? 0;
  return Math.ceil((queue === undefined ? null : wireQueueBytes(queue, bps)) ?? roundTripBytes(bps, roundTripNs));
}

function roundTripBytes(rateBps: number, roundTripNs: number): number {
  return Math.max(bytesIn(Math.max(roundTripNs, QUEUE_NS), rateBps), 4 * SUPER_PACKET_BYTES);
}

function bytesIn(ns: number, rateBps: number): number {
  return Math.ceil((rateBps / 8) * (ns / 1e9));
}

/** Packets on the way at once, were all of them single frames, twice. */
function delayRoom(rateBps: number, delayNs: number, mtu: number): number {
  const inFlight = (rateBps / 8) * (delayNs / 1e9);
  return Math.max(SMALLEST_ROOM_PACKETS, Math.ceil((2 * inFlight) / mtu));
}
