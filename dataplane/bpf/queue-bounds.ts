/**
 * What may wait behind a limit, as waiting times: the parameters of aqm.h for a rate and a direction.
 *
 * An egress sender shares the kernel with its queue: a drop there is a local refusal, which TCP answers at once and repeats
 * nothing for. Twenty milliseconds are enough; ten run dry where a busy processor comes late (ADR 0007). What an ingress limit
 * drops has crossed the wire and must cross it again, so there a lone flow may have two super-packets of 64 KiB waiting and a
 * half: what a sender on the same node has under way before its own socket holds it back (TCP small queues). Sparse flows wait
 * in neither.
 *
 * A departure time once given stays, so what waits holds a change of the limit back: `boundNs` and `lumpNs` are a tenth of a second
 * together, in which a new limit is to hold. Where a frame takes long the bounds follow it: a share of less than a few frames would
 * leave TCP nothing to notice loss by.
 */
import { chargedBytes, FULL_FRAME, type Charge } from '../bandwidth/charge.ts';
import type { Direction } from '../policy/network-policy.ts';

/** Nanoseconds. */
export interface QueueBounds {
  /** When so much waits, only sparse flows are let in. 0: nothing of all this, Cilium's formula alone. */
  readonly boundNs: number;
  /** The same for TCP behind an ingress limit that has not been told in vain. */
  readonly startNs: number;
  /** What the flows of an endpoint share. */
  readonly shareNs: number;
  /** A flow that is alone shares this with itself: half of it. */
  readonly loneNs: number;
  /** So long a flow is given to answer. */
  readonly answerNs: number;
  /** What each flow may have waiting, however many there are. */
  readonly quantumNs: number;
  /** One buffer that takes longer leaves this long after its turn has come. */
  readonly lumpNs: number;
  /** The longest datagram takes, with the headers of all its fragments. */
  readonly datagramNs: number;
  /** What sparse flows may overtake with. */
  readonly sparseNs: number;
  /** What refills that, of 256 parts of the limit, and 65,536 divided by it, which a program need not divide by. */
  readonly sparseShare: number;
  readonly sparseCost: number;
  /** The same of each flow's own quarter of `sparseNs`. */
  readonly sparseFlowShare: number;
  readonly sparseFlowCost: number;
}

/** For a rate in bits per second. */
export function queueBounds(direction: Direction, rateBps: number, charge: Charge = 'l2'): QueueBounds {
  /** Of so many bytes in frames, Ethernet headers included. */
  const timeOf = (bytes: number, count = 1) => Math.ceil((chargedBytes(charge, bytes, count) * 8e9) / rateBps);
  const frames = (count: number) => timeOf(count * FULL_FRAME, count);
  const superPacketNs = (count: number) => timeOf(count * SUPER_PACKET, count * Math.ceil(SUPER_PACKET / FULL_FRAME));
  const boundNs = Math.max(CHANGE_NS - LUMP_NS[direction], frames(BOUND_FRAMES));
  const bulkNs = Math.max(SHARE_NS, frames(SHARE_FRAMES), direction === 'ingress' ? superPacketNs(2 * 3.5) : 0);
  const shareNs = Math.min(bulkNs, Math.floor(boundNs * LARGEST_SHARE));
  // Where one super-packet takes longer than a packet may, TCP must send smaller ones.
  const superPackets = direction === 'ingress' && superPacketNs(1) <= LUMP_NS[direction];
  return {
    boundNs,
    startNs: superPackets ? 4 * boundNs : boundNs,
    shareNs,
    loneNs: superPackets ? Math.min(bulkNs, 2 * boundNs) : shareNs,
    answerNs: Math.min(bulkNs, Math.max(LONGEST_ANSWER_NS, boundNs)),
    quantumNs: frames(quantumFrames[direction]),
    lumpNs: Math.max(frames(1), Math.min(LUMP_NS[direction], CHANGE_NS - boundNs)),
    datagramNs: timeOf(LONGEST_DATAGRAM, LONGEST_FRAGMENTS),
    sparseNs: Math.max(SPARSE_NS, timeOf(4 * SMALL_PACKET, 4), Math.min(LONGEST_SPARSE_NS, frames(SPARSE_FRAMES))),
    ...sparseRefill(rateBps),
  };
}

/** An eighth of the limit, and a sixteenth for a flow; on a slow limit what calls and acknowledgements need, as far as that leaves others something. */
function sparseRefill(
  rateBps: number,
): Pick<QueueBounds, 'sparseShare' | 'sparseCost' | 'sparseFlowShare' | 'sparseFlowCost'> {
  const parts = (least: number, bps: number) =>
    Math.max(least, Math.min(LARGEST_REFILL, Math.ceil((SPARSE_PARTS * bps) / rateBps)));
  const sparseShare = parts(SPARSE_PARTS / 8, 2 * LITTLE_BPS);
  const sparseFlowShare = parts(SPARSE_PARTS / 16, LITTLE_BPS);
  const cost = (share: number) => Math.round(SPARSE_PARTS ** 2 / share);
  return { sparseShare, sparseCost: cost(sparseShare), sparseFlowShare, sparseFlowCost: cost(sparseFlowShare) };
}

/** Plain EDT, one FIFO: what there was before, to compare with. */
export const fifo: QueueBounds = {
  boundNs: 0,
  startNs: 0,
  shareNs: 0,
  loneNs: 0,
  answerNs: 0,
  quantumNs: 0,
  lumpNs: 0,
  datagramNs: 0,
  sparseNs: 0,
  sparseShare: 0,
  sparseCost: 0,
  sparseFlowShare: 0,
  sparseFlowCost: 0,
};

/** In so much time a limit that changes must hold; what waits then leaves at the old rate. */
export const CHANGE_NS = 100e6;
/** Of that: packets that leave when their last byte would be out. On ingress 64 KiB do at 20 Mbit/s, which take 26 ms. */
const LUMP_NS: Readonly<Record<Direction, number>> = { egress: 15e6, ingress: 30e6 };

/**
 * When a limit of another rate may send again: `t_last` after a change. What waits for less than `CHANGE_NS` leaves before anything
 * new does, so the new limit is never exceeded. What was charged for longer (a buffer that has left ahead of its time, the fragments of a
 * long datagram, seven frames below 1 Mbit/s) is paid at the new rate where that is faster.
 *
 * @param tLast, now CLOCK_MONOTONIC, ns
 */
export function chargedUntil(tLast: number, now: number, beforeBps: number, rateBps: number): number {
  const owed = tLast - now;
  if (owed <= CHANGE_NS || rateBps <= beforeBps) return tLast;
  return now + Math.max(CHANGE_NS, Math.ceil((owed * beforeBps) / rateBps));
}

const SHARE_NS = 20e6;
/** Of the bound: the rest is room for flows that come. */
const LARGEST_SHARE = 0.75;
/** Two and a half times the longest queue: TCP hears of a loss when what was queued before it has left. */
const LONGEST_ANSWER_NS = 250e6;
/** How many frames any flow may have waiting. Below four, TCP notices a loss only by its timer. */
const quantumFrames: Readonly<Record<Direction, number>> = { egress: 2, ingress: 4 };
/** 0.4 % of a second: so much may a second exceed the limit by. A packet takes a quarter of what is left at most. */
const SPARSE_NS = 4e6;
/** Which a slow limit lets overtake: a packet of half a frame, that is, when nothing else did. */
const SPARSE_FRAMES = 2;
/** From 100 kbit/s on. */
const LONGEST_SPARSE_NS = 250e6;
/** A request or an acknowledgement, which even the slowest limit lets overtake. */
const SMALL_PACKET = 128;
/** SPARSE_PARTS_SHIFT of sparse.h. */
const SPARSE_PARTS = 256;
/**
 * What sends little: a call (G.711 each 20 ms, 172 bytes of RTP behind UDP, IPv4 and Ethernet, is 85.6 kbit/s), and the acknowledgements
 * of a download of 100 Mbit/s, one to three for each of its 191 super-packets a second: 302 kbit/s.
 */
const LITTLE_BPS = 320e3;
/** Of 256: at 100 kbit/s a call takes 219, and others keep the rest. */
const LARGEST_REFILL = 224;
/** GSO_LEGACY_MAX_SIZE, include/linux/netdevice.h */
const SUPER_PACKET = 65536;
const SHARE_FRAMES = 16;
const BOUND_FRAMES = 7;
/** 65,535 bytes of IP, and the headers of as many fragments as an MTU of 576 makes of them: at most 62 bytes each (IPv6). */
const LONGEST_FRAGMENTS = 119;
const LONGEST_DATAGRAM = 65_535 + LONGEST_FRAGMENTS * 62;
