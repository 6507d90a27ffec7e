/**
 * How far what came out is from what bounds it, in percent; negative is too slow.
 */
import { boundOf } from './bound.ts';
import { flowWindow, steadyPart } from './flow-window.ts';
import type { FlowSeen, Observations } from './observations.ts';
import { wireCounter } from './wire-counter.ts';
import { flowsBehindLimit, wireBps } from './wire-rate.ts';

/** (measured - reference) / reference * 100; null without a reference to compare with. */
export function errorPct(measured: number | null, reference: number | null): number | null {
  if (measured === null || reference === null || reference === 0) return null;
  return ((measured - reference) / reference) * 100;
}

/**
 * The error of a flow behind a limit: its wire rate against the limit, or against what was offered where that is less. Flows
 * of a step that share the limit are added up, since it holds their sum; null when they did not run over the same time (to
 * a tenth). Where the limit changed meanwhile, the largest error of all the times between two changes.
 */
export function limitErrorPct(seen: Observations, flow: FlowSeen): number | null {
  if (flow.laterLimits.length > 0) return largestErrorPct(seen, flow);
  const { configuredBps } = flow.plan;
  const behind = configuredBps === null ? null : flowsBehindLimit(seen, flow);
  if (behind === null || configuredBps === null) return null;
  const window = flowWindow(seen, flow);
  if (window === null) return null;
  const toleranceNs = (window.lastByteNs - window.firstByteNs) / 10;
  let sumBps = 0;
  for (const each of behind) {
    const other = flowWindow(seen, each);
    const bps = wireBps(seen, each);
    if (other === null || bps === null) return null;
    if (Math.abs(other.firstByteNs - window.firstByteNs) > toleranceNs) return null;
    if (Math.abs(other.lastByteNs - window.lastByteNs) > toleranceNs) return null;
    sumBps += bps;
  }
  const plans = behind.map(({ plan }) => plan);
  return errorPct(sumBps, boundOf(plans, configuredBps).wireBps);
}

/** A new rate holds within so long. */
const SETTLING_NS = 100e6;

/** Parts of a time in which one limit stood that are too short to have a rate: a few samples. */
const SHORTEST_NS = 300e6;

function largestErrorPct(seen: Observations, flow: FlowSeen): number | null {
  const counter = wireCounter(seen, flow);
  const window = flowWindow(seen, flow);
  const steady = window && steadyPart(window);
  if (counter?.flows.length !== 1 || steady === null) return null;
  const limits = [
    { fromNs: steady.fromNs, configuredBps: flow.plan.configuredBps },
    ...flow.laterLimits.map(({ fromNs, configuredBps }) => ({ fromNs: fromNs + SETTLING_NS, configuredBps })),
  ];
  let largest: number | null = null;
  limits.forEach(({ fromNs, configuredBps }, index) => {
    const next = flow.laterLimits[index];
    const toNs = Math.min(next?.fromNs ?? steady.toNs, steady.toNs);
    if (toNs - fromNs < SHORTEST_NS) return;
    const bound = configuredBps === null ? null : boundOf([flow.plan], configuredBps).wireBps;
    const error = errorPct(counter.bytes.rate(fromNs, toNs) * 8, bound);
    if (error !== null && Math.abs(error) >= Math.abs(largest ?? 0)) largest = error;
  });
  return largest;
}
