/**
 * When a flow's bytes were on the way, in the lab's time: from its first byte to its last.
 *
 * iperf3 counts its intervals from the first byte, and a record is written at the end of its interval or later. So the
 * earliest `t - endNs` over all intervals is the closest bound of the first byte's moment; it is never before the
 * record that says that the flow started.
 */
import type { FlowSeen } from './observations.ts';

export interface FlowWindow {
  readonly firstByteNs: number;
  readonly lastByteNs: number;
}

/** Seconds that a flow's own start-up may take, left out of every steady rate. */
export const FIRST_SECOND_NS = 1e9;

/** Left out at the end: the samples that a flow's last byte falls between. */
export const LAST_SAMPLE_NS = 100e6;

/** @returns null while the flow has not begun; until it has ended, `nowNs` stands for its last byte. */
export function flowWindow(flow: FlowSeen, nowNs: number): FlowWindow | null {
  if (flow.startedNs === null) return null;
  const intervals = flow.receiver.length > 0 ? flow.receiver : flow.sender;
  let firstByteNs = Infinity;
  let lastEndNs = 0;
  for (const interval of intervals) {
    firstByteNs = Math.min(firstByteNs, interval.t - interval.endNs);
    if (interval.bytes > 0) lastEndNs = Math.max(lastEndNs, interval.endNs);
  }
  if (firstByteNs === Infinity) {
    return { firstByteNs: flow.startedNs, lastByteNs: flow.endedNs ?? nowNs };
  }
  firstByteNs = Math.max(firstByteNs, flow.startedNs);
  const lastByteNs = Math.min(firstByteNs + lastEndNs, flow.endedNs ?? nowNs);
  return { firstByteNs, lastByteNs };
}

/** The part of a window in which a rate is steady; null when the flow was too short to have one. */
export function steadyPart(window: FlowWindow): { readonly fromNs: number; readonly toNs: number } | null {
  const fromNs = window.firstByteNs + FIRST_SECOND_NS;
  const toNs = window.lastByteNs - LAST_SAMPLE_NS;
  return toNs - fromNs >= LAST_SAMPLE_NS ? { fromNs, toNs } : null;
}
