/**
 * A flow's rates over time, for charts: on the wire and as payload, in buckets.
 */
import { partyName } from '../../plan/plan.ts';
import { flowWindow, LAST_SAMPLE_NS, type FlowWindow } from './flow-window.ts';
import { payloadBytes } from './goodput.ts';
import { limitSpans } from './limit-spans.ts';
import type { FlowSeen, Observations } from '../observing/observations.ts';
import { wireCounter } from './wire-counter.ts';

/** `s`: middle of the bucket in seconds since the flow's first byte. */
export interface RatePoint {
  readonly s: number;
  readonly bps: number;
}

/** A limit that stood from `fromS` to `toS`, seconds since the flow's first byte; null: none. */
export interface CurveLimit {
  readonly fromS: number;
  readonly toS: number;
  readonly configuredBps: number | null;
  readonly predictedGoodputBps: number | null;
}

export interface FlowCurve {
  readonly flowId: number;
  readonly step: string;
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
  /** What held it, from its first byte to its last. */
  readonly limits: readonly CurveLimit[];
  /** What the wire curve counts, for people; null when nobody counted. */
  readonly wirePlace: string | null;
  /** All flows that pass the counter together. */
  readonly wireFlows: number;
  readonly wire: readonly RatePoint[];
  readonly goodput: readonly RatePoint[];
}

/** null while the flow has not begun. */
export function flowCurve(seen: Observations, flow: FlowSeen): FlowCurve | null {
  const window = flowWindow(seen, flow);
  if (window === null) return null;
  const { firstByteNs, lastByteNs } = window;
  const bucketNs = Math.max(MIN_BUCKET_NS, (lastByteNs - firstByteNs) / MAX_BUCKETS);
  const counter = wireCounter(seen, flow);
  const wire: RatePoint[] = [];
  if (counter) {
    // What came before the first byte's sample belongs to the first bucket, not to the silence before it.
    let before = counter.bytes.sampledBefore(firstByteNs);
    for (let to = firstByteNs + bucketNs; to <= lastByteNs - LAST_SAMPLE_NS; to += bucketNs) {
      const after = counter.bytes.at(to);
      wire.push({ s: (to - bucketNs / 2 - firstByteNs) / 1e9, bps: ((after - before) * 8e9) / bucketNs });
      before = after;
    }
  }
  const goodput: RatePoint[] = [];
  for (let to = bucketNs; flow.receiver.length > 0 && to <= lastByteNs - firstByteNs; to += bucketNs) {
    const bytes = payloadBytes(flow.receiver, to - bucketNs, to);
    goodput.push({ s: (to - bucketNs / 2) / 1e9, bps: (bytes * 8e9) / bucketNs });
  }
  return {
    flowId: flow.plan.flowId,
    step: flow.step.name,
    from: partyName(flow.plan.from),
    to: partyName(flow.plan.to),
    seconds: (lastByteNs - firstByteNs) / 1e9,
    limits: curveLimits(seen, flow, window),
    wirePlace: counter?.place ?? null,
    wireFlows: counter?.flows.length ?? 0,
    wire,
    goodput,
  };
}

function curveLimits(
  seen: Observations,
  flow: FlowSeen,
  { firstByteNs, lastByteNs }: FlowWindow,
): readonly CurveLimit[] {
  const seconds = (ns: number): number => (Math.min(Math.max(ns, firstByteNs), lastByteNs) - firstByteNs) / 1e9;
  return limitSpans(seen, flow, firstByteNs, flow.plan.delayNs ?? 0)
    .map(({ fromNs, toNs, plan: { configuredBps, predictedGoodputBps } }) => ({
      fromS: seconds(fromNs),
      toS: seconds(toNs),
      configuredBps,
      predictedGoodputBps,
    }))
    .filter(({ fromS, toS }) => toS > fromS);
}

/** Twice the sampling: one that comes a little late must not look like a dip and a peak. */
const MIN_BUCKET_NS = 200e6;
const MAX_BUCKETS = 200;
