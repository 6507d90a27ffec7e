/** What a flow was held to over time: limits may change while it runs, its own and those of the flows that share one with it. */
import type { TimeSpan } from '../../plan/flows/mean-over-time.ts';
import type { FlowPlan } from '../../plan/plan.ts';
import { underLimits, withSharesAtOnce } from '../../plan/flows/step-shares.ts';
import { smallestLimit } from '../../plan/wire/way-limits.ts';
import { BEFORE_IT_BEGAN, flowsBeside, type FlowSeen, type Observations } from '../observing/observations.ts';

/** `toNs` infinity: it still stands, or did to the end. */
export interface LimitSpan extends TimeSpan {
  /** The flow as it would have been planned with these limits, that of the trace where they hold it alike; `configuredBps` null: nothing held it. */
  readonly plan: FlowPlan;
  /** All flows of its step likewise, by id. */
  readonly plans: ReadonlyMap<number, FlowPlan>;
}

/** The flows of a step, as they would have been planned with the limits of a time. */
export type PlansSpan = Omit<LimitSpan, 'plan'>;

/**
 * In order, without gaps; the first from `beginNs` on. A change of any flow of the step begins another.
 * @param behindNs how much later than at the sender it is seen: where the sender's limit changed, that much later
 */
export function plansOverTime(
  seen: Observations,
  flow: FlowSeen,
  beginNs: number,
  behindNs: number,
): readonly PlansSpan[] {
  const flows = flowsBeside(seen, flow);
  const shiftOf = (changed: FlowSeen['laterLimits'][number]): number =>
    changed.fromNs + (changed.atSender ? behindNs : 0);
  const moments = new Set(flows.flatMap(({ laterLimits }) => laterLimits.map(shiftOf)).filter((t) => t > beginNs));
  const at = (t: number): ReadonlyMap<number, FlowPlan> => {
    if (flows.every(({ laterLimits }) => laterLimits.length === 0))
      return new Map(flows.map(({ plan }) => [plan.flowId, plan]));
    const plans = flows.map(({ plan, laterLimits }) => {
      const limits = laterLimits.findLast((later) => shiftOf(later) <= t)?.limits ?? plan.limits;
      return limits === undefined ? plan : underLimits(plan, limits);
    });
    return new Map(withSharesAtOnce(plans).map((plan) => [plan.flowId, plan]));
  };
  const begins = [beginNs, ...[...moments].sort((a, b) => a - b)];
  return begins.map((fromNs, i) => ({ fromNs, toNs: begins[i + 1] ?? Number.POSITIVE_INFINITY, plans: at(fromNs) }));
}

/** Likewise, as far as this one flow was held otherwise. */
export function limitSpans(
  seen: Observations,
  flow: FlowSeen,
  beginNs: number,
  behindNs: number,
): readonly LimitSpan[] {
  const spans: Omit<LimitSpan, 'toNs'>[] = [];
  for (const { fromNs, plans } of plansOverTime(seen, flow, beginNs, behindNs)) {
    const held = plans.get(flow.plan.flowId) ?? flow.plan;
    const plan = isHeldAlike(flow.plan, held) ? flow.plan : held;
    const before = spans.at(-1);
    if (before !== undefined && isHeldAlike(before.plan, plan)) continue;
    spans.push({ fromNs, plan, plans });
  }
  return spans.map((span, i) => ({ ...span, toNs: spans[i + 1]?.fromNs ?? Number.POSITIVE_INFINITY }));
}

/** A change of another flow's limit need not change what this one gets. */
function isHeldAlike(a: FlowPlan, b: FlowPlan): boolean {
  return (
    a.configuredBps === b.configuredBps &&
    a.predictedGoodputBps === b.predictedGoodputBps &&
    a.share?.bps === b.share?.bps &&
    a.share?.at === b.share?.at
  );
}

/** What held it, one after another; null: nothing did. */
export function limitsInTurn({ plan, laterLimits }: FlowSeen): readonly (number | null)[] {
  const first = laterLimits.findLastIndex(({ fromNs }) => fromNs === BEFORE_IT_BEGAN);
  const later = laterLimits.slice(Math.max(0, first)).map(({ limits }) => smallestLimit(limits)?.bps ?? null);
  return first >= 0 ? later : [plan.configuredBps, ...later];
}
