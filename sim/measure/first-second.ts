/**
 * What a flow did on the wire in its first second: where a token bucket shows its burst.
 *
 * iperf3's first byte is known to a sampling or so, and a burst missed would look like a good limit. So it is the
 * highest rate of all windows of one second that begin within 150 ms of the first byte.
 */
import { FIRST_SECOND_NS, flowWindow } from './flow-window.ts';
import type { FlowSeen, Observations } from './observations.ts';
import { wireCounter } from './wire-counter.ts';
import { shareOf } from './wire-rate.ts';

/** Bits per second; null when the flow was shorter or was not counted. */
export function firstSecondBps(seen: Observations, flow: FlowSeen): number | null {
  const counter = wireCounter(seen, flow);
  const window = flowWindow(seen, flow);
  if (!counter || !window || window.lastByteNs - window.firstByteNs < FIRST_SECOND_NS) return null;
  const { firstByteNs } = window;
  const share = shareOf(seen, counter, flow, firstByteNs, firstByteNs + FIRST_SECOND_NS);
  if (share === null) return null;
  // Who knows the moment exactly has also had the counters read then.
  if (flow.epochNs !== null) {
    return share * (counter.bytes.at(firstByteNs + FIRST_SECOND_NS) - counter.bytes.at(firstByteNs)) * 8;
  }
  const begins = counter.bytes.times.filter((t) => Math.abs(t - firstByteNs) <= UNCERTAINTY_NS);
  // A line drawn from a sample before the first byte would put a part of the burst before it.
  const bytes = [firstByteNs, firstByteNs - UNCERTAINTY_NS, ...begins].map(
    (t) => counter.bytes.at(t + FIRST_SECOND_NS) - counter.bytes.sampledBefore(t),
  );
  return share * Math.max(...bytes) * 8;
}

const UNCERTAINTY_NS = 150e6;
