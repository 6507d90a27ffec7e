/** What an expectation speaks of where that is not one whole flow: a part of its time, or several flows together. */
import { type ExpectationPlan, type FlowPlan } from '../../plan/plan.ts';
import type { TimeSpan } from '../../plan/flows/mean-over-time.ts';
import type { FlowIntervalRecord } from '../../trace/record.ts';
import { predictedWireBps } from '../flow/bound.ts';
import { us } from '../flow/flow-result.ts';
import { flowWindow, steadyPart } from '../flow/flow-window.ts';
import { goodputBpsBetween } from '../flow/goodput.ts';
import { heldSpans, meanOver, stepSpans } from '../flow/held-for.ts';
import type { FlowSeen, Observations, PingsSeen } from '../observing/observations.ts';
import type { FlowResult } from '../result.ts';
import { wireBpsBetween } from '../flow/wire-rate.ts';

type Between = NonNullable<ExpectationPlan['between']>;

/** What is known of a flow, beside the flow. */
export interface FlowAndResult {
  readonly flow: FlowSeen;
  readonly result: FlowResult;
}

/**
 * Flows together: what adds up of them. Their limit is one that all of them pass, the lowest of several.
 * @param flows at least one
 */
export function sumOf(seen: Observations, flows: readonly FlowAndResult[], between: Between | undefined): FlowResult {
  const results = flows.map((one) => (between === undefined ? one.result : partOf(seen, one, between)));
  const [{ flow } = {}] = flows;
  const [first] = results;
  if (flow === undefined || first === undefined) throw new RangeError('a sum of no flows');
  const window = flowWindow(seen, flow);
  const time = between === undefined ? window && steadyPart(window) : timeOf(seen, flow, between);
  const ids = results.map(({ flow_id: id }) => id);
  const held = stepSpans(seen, flow);
  const limitIn = ({ plans }: { readonly plans: ReadonlyMap<number, FlowPlan> }): number | null =>
    commonLimitBps(ids.flatMap((id) => plans.get(id) ?? []));
  const mean = meanOver(held, time, limitIn);
  const add = (of: (result: FlowResult) => number | null | undefined): number | null => sumOfAll(results.map(of));
  const remarks = [...new Set(results.flatMap(({ remark }) => remark ?? []))];
  const { connections, request_us: requests } = first;
  return {
    ...first,
    configured_bps: between === undefined && held[0] !== undefined ? limitIn(held[0]) : mean,
    mean_configured_bps: mean,
    predicted_wire_bps: add((one) => one.predicted_wire_bps),
    wire_bps: add((one) => one.wire_bps),
    goodput_bps: add((one) => one.goodput_bps),
    predicted_goodput_bps: add((one) => one.predicted_goodput_bps),
    predicted_first_second_bps: add((one) => one.predicted_first_second_bps),
    first_second_bps: add((one) => one.first_second_bps),
    retransmits: add((one) => one.retransmits),
    lost_packets: add((one) => one.lost_packets),
    request_us: requests && { ...requests, lost: add((one) => one.request_us?.lost) ?? 0 },
    ...(connections === undefined
      ? {}
      : {
          connections: {
            ...connections,
            per_s: add((one) => one.connections?.per_s),
            predicted_per_s: add((one) => one.connections?.predicted_per_s) ?? 0,
          },
        }),
    remark: remarks.length === 0 ? null : remarks.join('; '),
  };
}

/** Rates, counts and latencies of that time; its limit is the mean of those that stood in it. */
export function partOf(seen: Observations, { flow, result: whole }: FlowAndResult, between: Between): FlowResult {
  const time = timeOf(seen, flow, between);
  const held = heldSpans(seen, flow);
  const limit = meanOver(held, time, ({ plan }) => plan.configuredBps);
  return {
    ...whole,
    configured_bps: limit,
    mean_configured_bps: limit,
    predicted_wire_bps: meanOver(held, time, ({ plan }) => predictedWireBps(plan)),
    predicted_goodput_bps: meanOver(held, time, ({ plan }) => plan.predictedGoodputBps),
    wire_bps: time && wireBpsBetween(seen, flow, time),
    goodput_bps: time && goodputBpsBetween(flow.receiver, between.fromNs, between.toNs),
    retransmits: time && counted(flow.sender, between, ({ retransmits }) => retransmits),
    lost_packets: time && counted(flow.receiver, between, ({ lostPackets }) => lostPackets),
    loss_pct: time && lossPctBetween(flow, between),
    rtt_us: time && whole.rtt_us && { ...whole.rtt_us, ...roundTripsBetween(flow.pings.load, time) },
    request_us: time && whole.request_us && { ...whole.request_us, ...requestsBetween(flow, time) },
  };
}

/** In the lab's time; null: the flow was over before. */
function timeOf(seen: Observations, flow: FlowSeen, { fromNs, toNs }: Between): TimeSpan | null {
  const window = flowWindow(seen, flow);
  if (window === null || window.firstByteNs + toNs > window.lastByteNs + LATE_NS) return null;
  return { fromNs: window.firstByteNs + fromNs, toNs: window.firstByteNs + toNs };
}

/** The last datagram leaves a gap before the end, and the last interval is the generator's own. */
const LATE_NS = 100e6;

/** Of an interval that begins before or ends after it, all or nothing: packets have no parts. */
function within(intervals: readonly FlowIntervalRecord[], { fromNs, toNs }: Between) {
  return intervals.filter(({ startNs, endNs }) => (startNs + endNs) / 2 >= fromNs && (startNs + endNs) / 2 < toNs);
}

function counted(
  intervals: readonly FlowIntervalRecord[],
  between: Between,
  of: (interval: FlowIntervalRecord) => number | null,
): number | null {
  return sumOfAll(within(intervals, between).map(of));
}

function lossPctBetween({ plan, receiver }: FlowSeen, between: Between): number | null {
  const lost = counted(receiver, between, ({ lostPackets }) => lostPackets);
  if (lost === null || plan.datagramBytes === null) return null;
  const arrived = within(receiver, between).reduce((sum, { bytes }) => sum + bytes, 0) / plan.datagramBytes;
  return lost + arrived === 0 ? null : (lost / (lost + arrived)) * 100;
}

function roundTripsBetween({ rttNs, askedNs }: PingsSeen, time: TimeSpan) {
  const during = rttNs.filter((_, i) => isIn(time, askedNs[i]));
  return { p50: us(during, 50), p95: us(during, 95), p99: us(during, 99) };
}

function requestsBetween({ requests: { latencyNs, askedNs } }: FlowSeen, time: TimeSpan) {
  const during = latencyNs.filter((_, i) => isIn(time, askedNs[i]));
  return { p50: us(during, 50), p95: us(during, 95), p99: us(during, 99), max: us(during, 100) };
}

function isIn({ fromNs, toNs }: TimeSpan, t: number | undefined): boolean {
  return t !== undefined && t >= fromNs && t < toNs;
}

/** null where they have none in common. */
function commonLimitBps(plans: readonly FlowPlan[]): number | null {
  const [first, ...others] = plans;
  if (first === undefined) return null;
  if (others.length === 0) return first.configuredBps;
  const common = (first.limits ?? []).filter(({ at }) =>
    others.every(({ limits = [] }) => limits.some((limit) => limit.at === at)),
  );
  return common.length === 0 ? null : Math.min(...common.map(({ bps }) => bps));
}

/** null where one of them is not known. */
function sumOfAll(values: readonly (number | null | undefined)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value == null) return null;
    sum += value;
  }
  return values.length === 0 ? null : sum;
}
