/**
 * When a flow's bytes were on the way, in the lab's time: from its first byte to its last.
 *
 * The receiver's intervals are exact, but they count from the first byte, and nobody tells the lab when that was: a
 * busy machine can record a flow's start late, and its intervals come when all is over. The wire counter knows the lab's
 * time. Both saw the same bytes, so the moment at which a given part of them had passed is known in both times, and the
 * difference is the first byte's moment.
 */
import type { TimeSpan } from '../../plan/flows/mean-over-time.ts';
import { percentile } from './percentile.ts';
import type { FlowSeen, Observations } from '../observing/observations.ts';
import { wireCounter } from './wire-counter.ts';

export interface FlowWindow {
  readonly firstByteNs: number;
  readonly lastByteNs: number;
}

/** Seconds that a flow's own start-up may take, left out of every steady rate. */
export const FIRST_SECOND_NS = 1e9;

/** Left out at the end: the samples that a flow's last byte falls between. */
export const LAST_SAMPLE_NS = 100e6;

/** @returns null while the flow has not begun; until its intervals are known, its start and the newest record stand. */
export function flowWindow(seen: Observations, flow: FlowSeen): FlowWindow | null {
  if (flow.startedNs === null) return null;
  // Our own generator counts to the end of the flow and no further; iperf3 waits for the sender's goodbye.
  const last = flow.epochNs === null ? flow.receiver.findLast(({ bytes }) => bytes > 0) : flow.receiver.at(-1);
  const lastNs = last?.endNs;
  if (lastNs === undefined) return { firstByteNs: flow.startedNs, lastByteNs: flow.endedNs ?? seen.t };
  const firstByteNs = flow.epochNs ?? alignedFirstByte(seen, flow) ?? flow.startedNs;
  return { firstByteNs, lastByteNs: firstByteNs + lastNs };
}

/** The part of a window in which a rate is steady; null when the flow was too short to have one. */
export function steadyPart(window: FlowWindow): TimeSpan | null {
  const fromNs = window.firstByteNs + FIRST_SECOND_NS;
  const toNs = window.lastByteNs - LAST_SAMPLE_NS;
  return toNs - fromNs >= LAST_SAMPLE_NS ? { fromNs, toNs } : null;
}

/** The median over the middle of the flow, where neither its start-up nor its farewell bends the curves. */
function alignedFirstByte(seen: Observations, flow: FlowSeen): number | null {
  const step = seen.steps.get(flow.step.index);
  const beginNs = step?.startedNs ?? flow.startedNs ?? 0;
  const counter = wireCounter(seen, flow)?.bytes;
  const endNs = Math.min(flow.endedNs ?? seen.t, step?.endedNs ?? seen.t);
  // A line from a sample before the flow to one within it would count a part of the flow as there before.
  const before = counter?.sampledBefore(beginNs) ?? 0;
  const bytes = (counter?.at(endNs) ?? 0) - before;
  if (counter === undefined || bytes === 0) return null;
  const payload = flow.receiver.reduce((sum, interval) => sum + interval.bytes, 0);
  const offsets = PARTS.map((part) => {
    const wireNs = counter.timeOf(before + part * bytes);
    return wireNs - payloadTime(flow, part * payload);
  });
  return percentile(offsets, 50);
}

const PARTS: readonly number[] = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

/** Nanoseconds since the first byte at which the receiver had so many bytes. */
function payloadTime({ receiver }: FlowSeen, bytes: number): number {
  let before = 0;
  for (const { startNs, endNs, bytes: more } of receiver) {
    if (before + more >= bytes && more > 0) return startNs + ((bytes - before) / more) * (endNs - startNs);
    before += more;
  }
  return receiver.at(-1)?.endNs ?? 0;
}
