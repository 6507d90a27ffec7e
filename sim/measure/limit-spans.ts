/** What a flow was held to over time: its limit may change while it runs. */
import type { FlowSeen } from './observations.ts';

/** Bits per second; null: nothing held it. `toNs` null: it still does, or did to the end. */
export interface LimitSpan {
  readonly fromNs: number;
  readonly toNs: number | null;
  readonly configuredBps: number | null;
  /** Goodput that this rate must give; null without a limit. */
  readonly predictedGoodputBps: number | null;
}

/** In order, without gaps; the first from `beginNs` on. */
export function limitSpans({ plan, laterLimits }: FlowSeen, beginNs: number): readonly LimitSpan[] {
  const changes = [{ fromNs: beginNs, configuredBps: plan.configuredBps }, ...laterLimits];
  return changes.map(({ fromNs, configuredBps }, i) => ({
    fromNs,
    toNs: laterLimits[i]?.fromNs ?? null,
    configuredBps,
    predictedGoodputBps: i === 0 ? plan.predictedGoodputBps : goodputAt(plan, configuredBps),
  }));
}

/** What holds it now, or did last. */
export function newestLimitBps({ plan, laterLimits }: FlowSeen): number | null {
  const newest = laterLimits.at(-1);
  return newest === undefined ? plan.configuredBps : newest.configuredBps;
}

/** Frames stay as they are, so payload keeps its part of the rate; null where the plan does not tell what part that is. */
function goodputAt(plan: FlowSeen['plan'], configuredBps: number | null): number | null {
  const { configuredBps: before, predictedGoodputBps, offeredBps } = plan;
  if (configuredBps === null || before === null || predictedGoodputBps === null) return null;
  if (offeredBps === null) return (predictedGoodputBps * configuredBps) / before;
  // The prediction is the smaller of both, so only one that is below the offer tells the limit's part.
  return predictedGoodputBps < offeredBps
    ? Math.min(offeredBps, (predictedGoodputBps * configuredBps) / before)
    : configuredBps >= before
      ? offeredBps
      : null;
}
