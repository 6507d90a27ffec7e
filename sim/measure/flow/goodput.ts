/**
 * Goodput: the receiver's payload bytes a second, without the flow's first second.
 */
import type { FlowIntervalRecord } from '../../trace/record.ts';
import { FIRST_SECOND_NS } from './flow-window.ts';

/**
 * Counts whole intervals that begin after the first second. A last interval shorter than half of the others is the
 * receiver waiting for the sender's goodbye, and is left out.
 *
 * @param intervals the receiver's, in order
 * @returns bits per second; null when no interval is left
 */
export function goodputBps(intervals: readonly FlowIntervalRecord[]): number | null {
  const steady = withoutRunt(intervals).filter(({ startNs }) => startNs >= FIRST_SECOND_NS - ROUNDING_NS);
  const ns = steady.reduce((sum, { startNs, endNs }) => sum + (endNs - startNs), 0);
  if (ns === 0) return null;
  return (steady.reduce((sum, { bytes }) => sum + bytes, 0) * 8e9) / ns;
}

/** Bits per second of payload from one moment to another since the first byte; null: nobody counted. */
export function goodputBpsBetween(
  intervals: readonly FlowIntervalRecord[],
  fromNs: number,
  toNs: number,
): number | null {
  return intervals.length === 0 ? null : (payloadBytes(intervals, fromNs, toNs) * 8e9) / (toNs - fromNs);
}

/** Payload bytes from one moment to another since the first byte; an interval counts by the part that overlaps. */
export function payloadBytes(intervals: readonly FlowIntervalRecord[], fromNs: number, toNs: number): number {
  let bytes = 0;
  for (const interval of intervals) {
    const overlap = Math.min(interval.endNs, toNs) - Math.max(interval.startNs, fromNs);
    if (overlap > 0) bytes += (interval.bytes * overlap) / (interval.endNs - interval.startNs);
  }
  return bytes;
}

/** iperf3 ends its intervals a few milliseconds off the mark. */
const ROUNDING_NS = 20e6;

function withoutRunt(intervals: readonly FlowIntervalRecord[]): readonly FlowIntervalRecord[] {
  const last = intervals.at(-1);
  const before = intervals.at(-2);
  if (last === undefined || before === undefined) return intervals;
  return last.endNs - last.startNs < (before.endNs - before.startNs) / 2 ? intervals.slice(0, -1) : intervals;
}
