/**
 * What may wait behind a limit, as waiting times: the parameters of aqm.h for a rate and a direction.
 *
 * An egress sender shares the kernel with its queue: a drop there is a local refusal, which TCP answers at once and repeats
 * nothing for. Twenty milliseconds are enough; ten run dry where a busy processor comes late (ADR 0007). What an ingress limit
 * drops has crossed the wire and must cross it again, so there a lone flow may have two super-packets of 64 KiB waiting and a
 * half: what a sender on the same node has under way before its own socket holds it back (TCP small queues). Sparse flows wait
 * in neither.
 *
 * Where a frame takes long the bounds follow it: a share of less than a few frames would leave TCP nothing to notice loss by.
 */
import type { Direction } from '../policy/network-policy.ts';

/** Nanoseconds. */
export interface QueueBounds {
  /** When so much waits, only sparse flows are let in. 0: nothing of all this, Cilium's formula alone. */
  readonly boundNs: number;
  /** What the flows of an endpoint share. */
  readonly shareNs: number;
  /** What each flow may have waiting, however many there are. */
  readonly quantumNs: number;
  /** What sparse flows may overtake with. */
  readonly sparseNs: number;
}

/** For a rate in bits per second. */
export function queueBounds(direction: Direction, rateBps: number): QueueBounds {
  const timeOf = (bytes: number) => Math.ceil((bytes * 8e9) / rateBps);
  const shareNs = Math.max(SHARE_NS, timeOf(SHARE_FRAMES * FULL_FRAME), direction === 'ingress' ? superPackets() : 0);
  return {
    boundNs: Math.max(direction === 'egress' ? 5 * SHARE_NS : 3 * shareNs, timeOf(BOUND_FRAMES * FULL_FRAME)),
    shareNs,
    quantumNs: timeOf(quantumFrames[direction] * FULL_FRAME),
    sparseNs: Math.max(SPARSE_NS, timeOf(4 * SMALL_PACKET)),
  };

  function superPackets(): number {
    return Math.min(LONGEST_SHARE_NS, timeOf(2 * 3.5 * SUPER_PACKET));
  }
}

/** Plain EDT, one FIFO: what there was before, to compare with. */
export const fifo: QueueBounds = { boundNs: 0, shareNs: 0, quantumNs: 0, sparseNs: 0 };

const SHARE_NS = 20e6;
const LONGEST_SHARE_NS = 500e6;
/** How many frames any flow may have waiting. Below four, TCP notices a loss only by its timer. */
const quantumFrames: Readonly<Record<Direction, number>> = { egress: 2, ingress: 4 };
/** 0.4 % of a second: so much may a second exceed the limit by. A packet takes a quarter of what is left at most. */
const SPARSE_NS = 4e6;
/** A request or an acknowledgement, which even a slow limit lets overtake. */
const SMALL_PACKET = 128;
/** Ethernet header and an MTU of 1500. */
const FULL_FRAME = 1514;
/** GSO_LEGACY_MAX_SIZE, include/linux/netdevice.h */
const SUPER_PACKET = 65536;
const SHARE_FRAMES = 16;
const BOUND_FRAMES = 64;
