/**
 * Rate and delay of a wire as queueing disciplines. The bandwidth-delay product fits into the queues: a wire that drops
 * before it is full would measure itself, not the dataplane.
 */
import type { QdiscSpec } from '../linux/qdisc.ts';
import type { QdiscParent } from '../linux/rtnetlink.ts';
import type { UnderlayPlan } from '../plan/plan.ts';

export interface PlacedQdisc {
  readonly parent: QdiscParent;
  readonly spec: QdiscSpec;
  /** Where another qdisc hangs below this one. */
  readonly handle?: number;
}

export interface WireShape {
  /** What a NIC sends goes through these. */
  readonly nic: (counted: boolean) => readonly PlacedQdisc[];
  /** What a port hands to its NIC goes through these. */
  readonly port: (counted: boolean) => readonly PlacedQdisc[];
}

/** The largest super-packet that TCP segmentation offload makes; a smaller burst would make `tbf` cut it up. */
const SUPER_PACKET_BYTES = 65_536;
/** Buffering of a wire beyond its round trip, as of a switch with shallow buffers. */
const QUEUE_NS = 10e6;
/** For the room of a delay line on a wire without a rate. */
const FASTEST_BPS = 10e9;
const SMALLEST_ROOM_PACKETS = 10_000;

export function wireShape(plan: UnderlayPlan): WireShape {
  const { rateBps, delayNs, mtu } = plan;
  const rate = rateBps === null ? null : rateLimit(rateBps, delayNs);
  const delay: QdiscSpec = {
    kind: 'netem',
    delayNs,
    limit: delayRoom(rateBps ?? FASTEST_BPS, delayNs, mtu),
    ...impairments(plan),
  };
  const delayed = delayNs > 0 || isImpaired(plan);
  return {
    nic: (counted) => {
      if (rate !== null) return [{ parent: 'root', spec: rate }];
      return counted ? [{ parent: 'root', spec: { kind: 'fq' } }] : [];
    },
    port: (counted) => {
      if (rate === null) return delayed || counted ? [{ parent: 'root', spec: delay }] : [];
      if (!delayed) return [{ parent: 'root', spec: rate }];
      return [
        { parent: 'root', spec: delay, handle: 0x0001_0000 },
        { parent: 0x0001_0001, spec: rate },
      ];
    },
  };
}

/** Whether packets are lost, doubled, or come in another order or at another distance than they were sent. */
export function isImpaired({ jitterNs = 0, lossPct = 0, reorderPct = 0, duplicatePct = 0 }: UnderlayPlan): boolean {
  return jitterNs > 0 || lossPct > 0 || reorderPct > 0 || duplicatePct > 0;
}

function impairments(plan: UnderlayPlan): Partial<Extract<QdiscSpec, { kind: 'netem' }>> {
  if (!isImpaired(plan)) return {};
  const { jitterNs, lossPct, reorderPct, duplicatePct } = plan;
  return {
    ...(jitterNs === undefined ? {} : { jitterNs }),
    ...(lossPct === undefined ? {} : { lossPct }),
    ...(reorderPct === undefined ? {} : { reorderPct }),
    ...(duplicatePct === undefined ? {} : { duplicatePct }),
  };
}

/** Token bucket: a burst of a millisecond, or one super-packet; a queue of the round trip, or 10 ms. */
function rateLimit(rateBps: number, delayNs: number): QdiscSpec {
  const bytesIn = (ns: number): number => Math.ceil((rateBps / 8) * (ns / 1e9));
  const burstBytes = Math.max(SUPER_PACKET_BYTES + 2048, bytesIn(1e6));
  const queueBytes = Math.max(bytesIn(Math.max(2 * delayNs, QUEUE_NS)), 4 * SUPER_PACKET_BYTES);
  return { kind: 'tbf', rateBps, burstBytes, limitBytes: burstBytes + queueBytes };
}

/** Packets on the way at once, were all of them single frames, twice. */
function delayRoom(rateBps: number, delayNs: number, mtu: number): number {
  const inFlight = (rateBps / 8) * (delayNs / 1e9);
  return Math.max(SMALLEST_ROOM_PACKETS, Math.ceil((2 * inFlight) / mtu));
}
