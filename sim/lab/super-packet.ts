/**
 * How large a super-packet a paced slave may make (`gso_max_segs`). A buffer leaves as a whole: at 1 Mbit/s ten frames in one
 * buffer are 121 ms of the limit in a moment, and a second that holds one buffer more than it should is 12 % too fast.
 */
import { ETHERNET_HEADER } from '../../dataplane/bandwidth/charge.ts';
import type { PodPlan } from '../plan/plan.ts';
import type { PodEndpoint } from './endpoint.ts';

/** Of the pod's first slave; sockets that are connected already keep what they have. @throws SystemCallError */
export function boundSuperPackets(
  { rtnetlink, ifindex, plan }: Pick<PodEndpoint, 'rtnetlink' | 'ifindex' | 'plan'>,
  egressBps: number | null,
): void {
  const segments = boundedSegments(plan, egressBps);
  if (segments !== null) rtnetlink.setLink(ifindex, { gsoMaxSegments: segments });
}

/** The most segments of a super-packet that the pod's first slave may make; null: its limit changes nothing. */
function boundedSegments({ interfaces }: Pick<PodPlan, 'interfaces'>, egressBps: number | null): number | null {
  const slave = interfaces[0];
  // A slave whose NIC takes none makes none, whatever its limit.
  return slave === undefined || slave.gso === false ? null : superPacketSegments(egressBps, slave.mtu);
}

/**
 * @param rateBps bits per second; null: without a limit
 * @param mtu bytes of the largest IP packet of a segment
 * @returns no more segments than leave within 4 ms, at least one; as many as a device may take where that holds anyway
 */
export function superPacketSegments(rateBps: number | null, mtu: number): number {
  const bytes = rateBps === null ? Number.POSITIVE_INFINITY : (LONGEST_NS * rateBps) / 8e9;
  if (bytes >= LARGEST_BYTES) return DEVICE_SEGMENTS;
  return Math.max(1, Math.floor(bytes / (mtu + ETHERNET_HEADER)));
}

/** What may leave before its time anyway (`sparseNs` of queue-bounds.ts). */
const LONGEST_NS = 4e6;
/** A socket makes none larger (GSO_LEGACY_MAX_SIZE), and a device that nobody bounds takes so many segments (GSO_MAX_SEGS). */
const LARGEST_BYTES = 65_536;
const DEVICE_SEGMENTS = 65_535;
