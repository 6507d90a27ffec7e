/** What each flow of a step gets beside the others: of a limit that several pass, its share. */
import { fairShares } from './fair-shares.ts';
import type { FlowPlan, LimitOnWay } from './plan.ts';
import { smallestLimit } from './way-limits.ts';

/**
 * Flows with their `share`, and a prediction that keeps to it. A wire that is too slow for datagrams does not share itself out
 * fairly, so there nothing is foretold for one flow; what all of them come to is.
 */
export function withShares(flows: readonly FlowPlan[]): FlowPlan[] {
  const shares = fairShares(
    flows.map(({ limits = [], offeredWireBps, streams }) => ({
      ...{ limits, streams, wantedBps: offeredWireBps ?? Number.POSITIVE_INFINITY },
    })),
  );
  return flows.map((flow, i) => {
    const share = shares[i];
    const { limits = [], efficiency, predictedGoodputBps: alone } = flow;
    if (share === undefined || !Number.isFinite(share.bps) || limits.length === 0) return flow;
    const own = { ...flow, share: { bps: Math.round(share.bps), at: share.at } };
    if (share.at === null || efficiency === undefined || alone === 0) return own;
    const crowd = flows.filter((one) => one.limits?.some(({ at }) => at === share.at));
    const wire = limits.some(({ at, by }) => at === share.at && by === 'underlay');
    if (wire && crowd.length > 1 && crowd.some(({ protocol }) => protocol === 'UDP')) return own;
    return { ...own, predictedGoodputBps: Math.round(share.bps * efficiency) };
  });
}

/**
 * The flow as it would be with these limits in place of its own, its share aside: frames stay as they are, so payload keeps its part of the
 * rate. What nothing of could arrive before is not foretold to.
 */
export function underLimits(flow: FlowPlan, limits: readonly LimitOnWay[]): FlowPlan {
  const limit = smallestLimit(limits);
  const other = {
    ...flow,
    limits,
    configuredBps: limit?.bps ?? null,
    configuredBy: limit?.by ?? null,
    predictedGoodputBps: goodputUnder(flow, limit?.bps ?? null),
  };
  delete other.share;
  return other;
}

/** Null where nothing bounds it, or where the plan does not tell what part of a frame is payload. */
function goodputUnder(flow: FlowPlan, limitBps: number | null): number | null {
  const { configuredBps, predictedGoodputBps, offeredBps, efficiency } = flow;
  if (predictedGoodputBps === 0) return 0;
  if (limitBps === null) return offeredBps;
  const atMost = (goodputBps: number): number => Math.round(Math.min(goodputBps, offeredBps ?? goodputBps));
  if (efficiency !== undefined) return atMost(limitBps * efficiency);
  if (configuredBps === null || predictedGoodputBps === null) return null;
  // The prediction is the smaller of both, so only one that is below the offer tells the limit's part.
  if (offeredBps === null || predictedGoodputBps < offeredBps)
    return atMost((predictedGoodputBps * limitBps) / configuredBps);
  return limitBps >= configuredBps ? offeredBps : null;
}
