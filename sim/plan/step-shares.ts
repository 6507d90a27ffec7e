/** What each flow of a step gets beside the others: of a limit that several pass, its share. */
import { fairShares } from './fair-shares.ts';
import type { FlowPlan } from './plan.ts';

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
