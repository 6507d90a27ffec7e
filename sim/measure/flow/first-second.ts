/**
 * What a flow did on the wire in its first second: where a token bucket shows its burst.
 *
 * iperf3's first byte is known to a sampling or so, and a burst missed would look like a good limit. So it is the
 * highest rate of all windows of one second that begin within 150 ms of the first byte.
 */
import type { CounterSeries } from '../observing/counter-series.ts';
import { FIRST_SECOND_NS, flowWindow } from './flow-window.ts';
import type { FlowSeen, Observations } from '../observing/observations.ts';
import { wireCounter } from './wire-counter.ts';
import { shareOf } from './wire-rate.ts';

/** Bits per second; null when the flow was shorter or was not counted. */
export function firstSecondBps(seen: Observations, flow: FlowSeen): number | null {
  const counter = wireCounter(seen, flow);
  const window = flowWindow(seen, flow);
  if (!counter || !window || window.lastByteNs - window.firstByteNs < FIRST_SECOND_NS) return null;
  const { firstByteNs } = window;
  const share = shareOf(seen, counter, flow, firstByteNs, firstByteNs + FIRST_SECOND_NS + counter.behindNs);
  if (share === null) return null;
  // Who knows the moment exactly has also had the counters read then.
  if (flow.epochNs !== null) {
    // Nothing of it is there before the wire's delay is over: until then the counter stands.
    const { behindNs } = counter;
    const { configuredBps } = flow.plan;
    const begin =
      behindNs > 0 ? counter.bytes.sampledBefore(firstByteNs) : outBy(counter.bytes, firstByteNs, configuredBps);
    return share * (outBy(counter.bytes, firstByteNs + behindNs + FIRST_SECOND_NS, configuredBps) - begin) * 8;
  }
  const begins = counter.bytes.times.filter((t) => Math.abs(t - firstByteNs) <= UNCERTAINTY_NS);
  // A line drawn from a sample before the first byte would put a part of the burst before it.
  const bytes = [firstByteNs, firstByteNs - UNCERTAINTY_NS, ...begins].map(
    (t) => counter.bytes.at(t + FIRST_SECOND_NS) - counter.bytes.sampledBefore(t),
  );
  return share * Math.max(...bytes) * 8;
}

const UNCERTAINTY_NS = 150e6;

/**
 * Bytes that were out at a moment. A super-packet leaves, and is counted, as a whole, when its last byte is out: 52 ms after the one
 * before it, at 10M. Of the one that is on its way just then the part counts that the limit has let through.
 */
export function outBy(bytes: CounterSeries, t: number, limitBps: number | null): number {
  const before = bytes.sampledBefore(t);
  const next = bytes.nextRise(t);
  if (limitBps === null || next === null || next.value - before > LARGEST_BUFFER_BYTES) return bytes.at(t);
  const takesNs = ((next.value - before) * 8e9) / limitBps;
  return before + (next.value - before) * Math.max(0, 1 - (next.t - t) / takesNs);
}

/** 64 KiB, and the headers of their segments at the smallest MTU that is common, 576. */
const LARGEST_BUFFER_BYTES = 75_000;
