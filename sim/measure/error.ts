/**
 * How far what came out is from what bounds it, in percent; negative is too slow.
 */
import { boundOf } from './bound.ts';
import { partyName, type FlowPlan } from '../plan/plan.ts';
import { flowWindow, steadyPart } from './flow-window.ts';
import { goodputBps } from './goodput.ts';
import { flowsOfStep, type FlowSeen, type Observations } from './observations.ts';
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
  const { configuredBps, share } = flow.plan;
  const crowd = configuredBps === null ? null : crowdOf(seen, flow);
  if (crowd === null || configuredBps === null) return null;
  const window = flowWindow(seen, flow);
  if (window === null) return null;
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
  const limitBps = flow.plan.limits?.find(({ at }) => at === share.at)?.bps ?? null;
  const flows = flowsOfStep(seen, flow.step).filter(({ plan }) => plan.limits?.some(({ at }) => at === share.at));
  return { flows, limitBps };
}

/**
 * What of the wire's bytes are the flow's own. Where acknowledgements of a flow in the other direction are counted with them that no
 * limit of the flow holds, its rate is that of its payload, in the frames that carry it.
 */
function ownWireBps(seen: Observations, flow: FlowSeen): number | null {
  const { to, share, efficiency } = flow.plan;
  const receiver = partyName(to);
  const goodput = goodputBps(flow.receiver);
  if (share === undefined || efficiency === undefined || efficiency === 0 || goodput === null)
    return wireBps(seen, flow);
  const strangers = flowsOfStep(seen, flow.step).filter(
    ({ plan }) => partyName(plan.from) === receiver && plan.protocol === 'TCP' && !answersPass(flow, plan),
  );
  return strangers.length === 0 ? wireBps(seen, flow) : goodput / efficiency;
}

/** Whether what answers `other` goes through the limit that bounds the flow. */
function answersPass({ plan: { share, from, to } }: FlowSeen, other: FlowPlan): boolean {
  if (share?.at === `ingress of ${partyName(to)}`) return true;
  return share?.at === `egress of ${partyName(from)}` && partyName(other.to) === partyName(from);
}

/** A new rate holds within so long. */
const SETTLING_NS = 100e6;

/** Parts of a time in which one limit stood that are too short to have a rate: a few samples. */
const SHORTEST_NS = 300e6;

function largestErrorPct(seen: Observations, flow: FlowSeen): number | null {
  const counter = wireCounter(seen, flow);
  if (counter?.flows.length !== 1) return null;
  let largest: number | null = null;
  for (const { fromNs, toNs, configuredBps } of spansOf(seen, flow).filter(isJudged)) {
    const bound = configuredBps === null ? null : boundOf([flow.plan], configuredBps).wireBps;
    const error = errorPct(counter.bytes.rate(fromNs, toNs) * 8, bound);
    if (error !== null && Math.abs(error) >= Math.abs(largest ?? 0)) largest = error;
  }
  return largest;
}

/** How many of the limits that held a flow stood too shortly for their rate to be judged; 0 where its limit did not change. */
export function unjudgedLimits(seen: Observations, flow: FlowSeen): number {
  return flow.laterLimits.length === 0 ? 0 : spansOf(seen, flow).filter((span) => !isJudged(span)).length;
}

interface Span {
  readonly fromNs: number;
  readonly toNs: number;
  readonly configuredBps: number | null;
}

/** The parts of the steady time in which one limit stood, each without its first moment. */
function spansOf(seen: Observations, flow: FlowSeen): readonly Span[] {
  const window = flowWindow(seen, flow);
  const steady = window && steadyPart(window);
  if (steady === null) return [];
  const limits = [
    { fromNs: steady.fromNs, settlingNs: 0, configuredBps: flow.plan.configuredBps },
    ...flow.laterLimits.map(({ fromNs, configuredBps }) => ({ fromNs, settlingNs: SETTLING_NS, configuredBps })),
  ];
  return limits.flatMap(({ fromNs, settlingNs, configuredBps }, index) => {
    const toNs = Math.min(flow.laterLimits[index]?.fromNs ?? steady.toNs, steady.toNs);
    const beginNs = Math.max(fromNs, steady.fromNs);
    return beginNs >= toNs ? [] : [{ fromNs: Math.max(beginNs, fromNs + settlingNs), toNs, configuredBps }];
  });
}

function isJudged({ fromNs, toNs }: Span): boolean {
  return toNs - fromNs >= SHORTEST_NS;
}
