/**
 * The fq behind departure times: it must hold what EDT lets pass, as long and as many, or it drops uncounted by the
 * dataplane what the dataplane has promised to send.
 */
import { departureHorizonNs, fqHorizonNs } from '../../dataplane/bpf/departure-horizon.ts';
import type { FqSpec } from '../linux/qdisc.ts';

/**
 * `rateBps` null: nothing is limited, and only what a socket itself has paced ahead (SO_TXTIME) waits here.
 *
 * One flow may fill the whole queue. fq's own 100 packets a flow suit an uplink that many share; behind a pod's limit one
 * bulk flow owns the queue, and at 100 it would lose what EDT has given a place.
 */
export function departureQueue(rateBps: number | null): FqSpec {
  if (rateBps === null) return { kind: 'fq', limit: FQ_LIMIT, flowLimit: FQ_LIMIT };
  const limit = Math.max(FQ_LIMIT, framesAhead(rateBps));
  // fq takes whole microseconds.
  return { kind: 'fq', limit, flowLimit: limit, horizonNs: Math.ceil(fqHorizonNs(rateBps) / 1000) * 1000 };
}

/** Full frames that leave within the horizon: 16,513 at 100 Mbit/s and two seconds. EDT drops what comes after them. */
function framesAhead(rateBps: number): number {
  return Math.ceil((departureHorizonNs(rateBps) * rateBps) / (8e9 * FULL_FRAME_BYTES));
}

/** The kernel's own `limit`, net/sched/sch_fq.c. */
const FQ_LIMIT = 10_000;
/** Ethernet header and an MTU of 1500. */
const FULL_FRAME_BYTES = 1514;
