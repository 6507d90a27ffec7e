/** What held a flow, or the flows of its step, from its first byte on, and the mean over a time of what follows from that. */
import { meanOverTime, overlapNs, type TimeSpan } from '../../plan/flows/mean-over-time.ts';
import { flowWindow } from './flow-window.ts';
import { limitSpans, plansOverTime, type LimitSpan, type PlansSpan } from './limit-spans.ts';
import type { FlowSeen, Observations } from '../observing/observations.ts';

export function heldSpans(seen: Observations, flow: FlowSeen): readonly LimitSpan[] {
  return limitSpans(seen, flow, flowWindow(seen, flow)?.firstByteNs ?? 0, flow.plan.delayNs ?? 0);
}

/** Likewise of all flows of its step. */
export function stepSpans(seen: Observations, flow: FlowSeen): readonly PlansSpan[] {
  return plansOverTime(seen, flow, flowWindow(seen, flow)?.firstByteNs ?? 0, flow.plan.delayNs ?? 0);
}

/**
 * By time; of what is not known for a part of it there is none.
 * @param time null: there is none, and what stood at the beginning is told
 */
export function meanOver<Span extends TimeSpan>(
  spans: readonly Span[],
  time: TimeSpan | null,
  rateOf: (span: Span) => number | null,
): number | null {
  const [first] = spans;
  if (first === undefined) return null;
  if (time === null || spans.length === 1) return rateOf(first);
  const rates: (TimeSpan & { bps: number })[] = [];
  for (const span of spans) {
    if (overlapNs(span, time) === 0) continue;
    const bps = rateOf(span);
    if (bps === null) return null;
    rates.push({ fromNs: span.fromNs, toNs: span.toNs, bps });
  }
  return meanOverTime(rates, time);
}
