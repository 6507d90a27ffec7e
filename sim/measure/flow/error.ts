/**
 * How far what came out is from what bounds it, in percent; negative is too slow.
 */
import { boundOf } from './bound.ts';
import type { TimeSpan } from '../../plan/flows/mean-over-time.ts';
import { partyName, type FlowPlan } from '../../plan/plan.ts';
import { flowWindow, steadyPart } from './flow-window.ts';
import { goodputBps, goodputBpsBetween } from './goodput.ts';
import { limitSpans, type LimitSpan } from './limit-spans.ts';
import { flowsBeside, type FlowSeen, type Observations } from '../observing/observations.ts';
import type { FlowResult } from '../result.ts';
import { wireCounter } from './wire-counter.ts';
import { flowsBehindLimit, wireBps, wireBpsBetween } from './wire-rate.ts';

/** (measured - reference) / reference * 100; null without a reference to compare with. */
export function errorPct(measured: number | null, reference: number | null): number | null {
  if (measured === null || reference === null || reference === 0) return null;
  return ((measured - reference) / reference) * 100;
}

/**
 * The error of a flow behind a limit: its wire rate against the limit, or against what was offered where that is less. Where the limit
 * changed meanwhile, the largest error of all the times between two changes; `unjudged_limits`: of the limits that stood too shortly for
 * their rate to be judged.
 */
export function limitError(seen: Observations, flow: FlowSeen): Pick<FlowResult, 'error_pct' | 'unjudged_limits'> {
  const spans = spansOf(seen, flow);
  // Whether it was held to something else than at its beginning.
  if (spans.every(({ plan }) => plan === flow.plan))
    return { error_pct: steadyErrorPct(seen, flow), unjudged_limits: 0 };
  const judged = spans.filter(isJudged);
  return { error_pct: largestErrorPct(seen, flow, judged), unjudged_limits: spans.length - judged.length };
}

/** Flows of a step that share the limit are added up, since it holds their sum; null when they did not run over the same time (to a tenth). */
function steadyErrorPct(seen: Observations, flow: FlowSeen): number | null {
  const window = flowWindow(seen, flow);
  const { configuredBps, share } = flow.plan;
  const crowd = configuredBps === null ? null : crowdOf(seen, flow);
  if (crowd === null || configuredBps === null || window === null) return null;
  const toleranceNs = (window.lastByteNs - window.firstByteNs) / 10;
  let sumBps = 0;
  for (const each of crowd.flows) {
    const other = flowWindow(seen, each);
    const bps = ownWireBps(seen, each);
    if (other === null || bps === null) return null;
    if (Math.abs(other.firstByteNs - window.firstByteNs) > toleranceNs) return null;
    if (Math.abs(other.lastByteNs - window.lastByteNs) > toleranceNs) return null;
    sumBps += bps;
  }
  if (share !== undefined && crowd.limitBps !== null) return errorPct(sumBps, crowd.limitBps);
  const plans = crowd.flows.map(({ plan }) => plan);
  return errorPct(sumBps, boundOf(plans, configuredBps).wireBps);
}

/** The flows whose sum is bounded together with this one, and the limit; `limitBps` null: nothing but their offers, or an old plan. */
function crowdOf(
  seen: Observations,
  flow: FlowSeen,
): { readonly flows: readonly FlowSeen[]; readonly limitBps: number | null } | null {
  const { share } = flow.plan;
  if (share === undefined) {
    const flows = flowsBehindLimit(seen, flow);
    return flows && { flows, limitBps: null };
  }
  if (share.at === null) return { flows: [flow], limitBps: null };
  const { at } = share;
  return { flows: passing(flowsBeside(seen, flow), at, ({ plan }) => plan), limitBps: limitAt(flow.plan, at) };
}

function passing(flows: readonly FlowSeen[], at: string, planOf: (flow: FlowSeen) => FlowPlan | undefined): FlowSeen[] {
  return flows.filter((flow) => planOf(flow)?.limits?.some((limit) => limit.at === at));
}

function limitAt({ limits = [] }: FlowPlan, at: string): number | null {
  return limits.find((limit) => limit.at === at)?.bps ?? null;
}

/**
 * What of the wire's bytes are the flow's own. Where acknowledgements of a flow in the other direction are counted with them that no
 * limit of the flow holds, its rate is that of its payload, in the frames that carry it.
 * @param span of which time; left out: its steady part
 */
function ownWireBps(seen: Observations, flow: FlowSeen, plan: FlowPlan = flow.plan, span?: TimeSpan): number | null {
  const { to, share, efficiency } = plan;
  const onTheWire = (): number | null => (span === undefined ? wireBps(seen, flow) : wireBpsBetween(seen, flow, span));
  if (share === undefined || efficiency === undefined || efficiency === 0) return onTheWire();
  const receiver = partyName(to);
  const strangers = flowsBeside(seen, flow).filter(
    (other) =>
      partyName(other.plan.from) === receiver && other.plan.protocol === 'TCP' && !answersPass(plan, other.plan),
  );
  if (strangers.length === 0) return onTheWire();
  const goodput = span === undefined ? goodputBps(flow.receiver) : goodputBetween(seen, flow, span);
  return goodput === null ? onTheWire() : goodput / efficiency;
}

function goodputBetween(seen: Observations, flow: FlowSeen, { fromNs, toNs }: TimeSpan): number | null {
  const window = flowWindow(seen, flow);
  if (window === null) return null;
  return goodputBpsBetween(flow.receiver, fromNs - window.firstByteNs, toNs - window.firstByteNs);
}

/** Whether what answers `other` goes through the limit that bounds the flow. */
function answersPass({ share, from, to }: FlowPlan, other: FlowPlan): boolean {
  if (share?.at === `ingress of ${partyName(to)}`) return true;
  return share?.at === `egress of ${partyName(from)}` && partyName(other.to) === partyName(from);
}

/** A new rate holds within so long. */
const SETTLING_NS = 100e6;

/** Parts of a time in which one limit stood that are too short to have a rate: a few samples. */
const SHORTEST_NS = 300e6;

function largestErrorPct(seen: Observations, flow: FlowSeen, spans: readonly LimitSpan[]): number | null {
  let largest: number | null = null;
  for (const span of spans) {
    const boundBps = boundIn(span);
    if (boundBps === null) continue;
    const error = errorPct(crowdWireBps(seen, flow, span), boundBps);
    // An error is that of every limit which stood, or there is none.
    if (error === null) return null;
    if (Math.abs(error) >= Math.abs(largest ?? 0)) largest = error;
  }
  return largest;
}

function boundIn({ plan }: LimitSpan): number | null {
  if (plan.configuredBps === null) return null;
  const at = plan.share?.at ?? null;
  return at === null ? boundOf([plan], plan.configuredBps).wireBps : limitAt(plan, at);
}

/** Of the flows that this one shared its limit with then, while all of them ran; null when that is not all the time, to a tenth. */
function crowdWireBps(seen: Observations, flow: FlowSeen, span: LimitSpan): number | null {
  const planOf = (one: FlowSeen): FlowPlan | undefined => span.plans.get(one.plan.flowId);
  const at = span.plan.share?.at ?? null;
  const crowd = at === null ? [flow] : passing(flowsBeside(seen, flow), at, planOf);
  let { fromNs, toNs } = span;
  for (const each of crowd) {
    const window = flowWindow(seen, each);
    if (window === null) return null;
    fromNs = Math.max(fromNs, window.firstByteNs);
    toNs = Math.min(toNs, window.lastByteNs);
  }
  if (toNs - fromNs < 0.9 * (span.toNs - span.fromNs)) return null;
  let sumBps = 0;
  for (const each of crowd) {
    const bps = ownWireBps(seen, each, planOf(each), { fromNs, toNs });
    if (bps === null) return null;
    sumBps += bps;
  }
  return sumBps;
}

/** The parts of the steady time in which one limit stood, each without its first moment, and without what the wire still carries of the one before. */
function spansOf(seen: Observations, flow: FlowSeen): readonly LimitSpan[] {
  const window = flowWindow(seen, flow);
  const steady = window && steadyPart(window);
  if (steady === null) return [];
  const behindNs = wireCounter(seen, flow)?.behindNs ?? 0;
  const settlingNs = SETTLING_NS + Math.max(behindNs, ...flow.laterLimits.map(({ delayNs }) => delayNs));
  return limitSpans(seen, flow, window?.firstByteNs ?? steady.fromNs, 0).flatMap(({ fromNs, toNs, ...held }, index) => {
    const endNs = Math.min(toNs, steady.toNs);
    const beginNs = Math.max(fromNs, steady.fromNs);
    const settledNs = index === 0 ? beginNs : Math.max(beginNs, fromNs + settlingNs);
    return beginNs >= endNs ? [] : [{ ...held, fromNs: settledNs, toNs: endNs }];
  });
}

function isJudged({ fromNs, toNs }: TimeSpan): boolean {
  return toNs - fromNs >= SHORTEST_NS;
}
