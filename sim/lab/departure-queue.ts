/**
 * The fq behind departure times: it must hold what EDT lets pass, as long and as many, or it drops uncounted by the
 * dataplane what the dataplane has promised to send.
 */
import { chargedBytes, FULL_FRAME, type Charge } from '../../dataplane/bandwidth/charge.ts';
import { departureHorizonNs, fqHorizonNs } from '../../dataplane/bpf/departure-horizon.ts';
import { queueBounds } from '../../dataplane/bpf/queue-bounds.ts';
import type { FqSpec } from '../linux/qdisc.ts';

/**
 * `rateBps` null: nothing is limited, and only what a socket itself has paced ahead (SO_TXTIME) waits here. TCP is not paced then: an
 * ipvlan slave has no queue of its own, and would not pace it either; in User-mode Linux, pacing took 15 % of what TCP could send.
 *
 * One flow may fill the whole queue. fq's own 100 packets a flow suit an uplink that many share; behind a pod's limit one
 * bulk flow owns the queue, and at 100 it would lose what EDT has given a place.
 */
export function departureQueue(rateBps: number | null, charge: Charge = 'l2'): FqSpec {
  if (rateBps === null) return { kind: 'fq', limit: FQ_LIMIT, flowLimit: FQ_LIMIT, pacing: false };
  const limit = Math.max(FQ_LIMIT, framesAhead(rateBps, charge));
  // fq takes whole microseconds.
  const horizonNs = Math.ceil(fqHorizonNs(rateBps) / 1000) * 1000;
  return { kind: 'fq', limit, flowLimit: limit, horizonNs, pacing: true };
}

/**
 * Frames that may wait: the smallest within the bound of the queue (36,765 at 100 Mbit/s and 100 ms), or full ones within the
 * horizon (16,513 in two seconds). The dataplane drops what comes after them, and counts it; fq's own limits never bind.
 */
function framesAhead(rateBps: number, charge: Charge): number {
  const waits = Math.max(
    ...(['ingress', 'egress'] as const).map((way) => {
      const { boundNs, lumpNs } = queueBounds(way, rateBps, charge);
      return boundNs + lumpNs;
    }),
  );
  const within = (ns: number, bytes: number) => Math.ceil((ns * rateBps) / (8e9 * chargedBytes(charge, bytes)));
  return Math.max(within(waits, SMALLEST_FRAME_BYTES), within(departureHorizonNs(rateBps), FULL_FRAME));
}

/** The kernel's own `limit`, net/sched/sch_fq.c. */
const FQ_LIMIT = 10_000;
/** IPv4 with nothing behind it. Devices that are no hardware pad no frame to 60 bytes: a datagram of one byte has 43. */
const SMALLEST_FRAME_BYTES = 34;
