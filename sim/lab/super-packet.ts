/**
 * How large a super-packet a paced slave may make (`gso_max_segs`). A buffer leaves as a whole: at 1 Mbit/s ten frames in one
 * buffer are 121 ms of the limit in a moment, and a second that holds one buffer more than it should is 12 % too fast.
 */
import type { PodEndpoint } from './endpoint.ts';

/** Of the pod's first slave; sockets that are connected already keep what they have. @throws SystemCallError */
export function boundSuperPackets(
  { rtnetlink, ifindex, plan }: Pick<PodEndpoint, 'rtnetlink' | 'ifindex' | 'plan'>,
  egressBps: number | null,
): void {
  // A slave whose NIC takes none makes none, whatever its limit.
  if (plan.interfaces[0]?.gso === false) return;
  const segments = egressBps === null ? null : superPacketSegments(egressBps);
  if (segments !== null) rtnetlink.setLink(ifindex, { gsoMaxSegments: segments });
}

/** No more segments than leave within 4 ms, at least one; null: no fewer than the kernel makes of itself. */
export function superPacketSegments(rateBps: number): number | null {
  const segments = Math.max(1, Math.floor((LONGEST_NS * rateBps) / (8e9 * FULL_FRAME_BYTES)));
  return segments >= KERNEL_SEGMENTS ? null : segments;
}

/** What may leave before its time anyway (`sparseNs` of queue-bounds.ts). */
const LONGEST_NS = 4e6;
/** Ethernet header and an MTU of 1500. */
const FULL_FRAME_BYTES = 1514;
/** GSO_LEGACY_MAX_SIZE of 64 KiB in segments of 1448 bytes. */
const KERNEL_SEGMENTS = 45;
