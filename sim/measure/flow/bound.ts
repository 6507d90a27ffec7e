/**
 * What bounds the flows behind one limit: the limit, or what they offer together where that is less. A limit that a flow
 * does not feel says nothing of the rate that must come out.
 */
import type { FlowPlan } from '../../plan/plan.ts';

export type Bound =
  | { readonly by: 'limit'; readonly wireBps: number }
  /**
   * `wireBps` null: acknowledgements of the replies are on the same way, and nobody foretells how many; or the trace is of
   * a version that did not say it.
   */
  | { readonly by: 'offered'; readonly wireBps: number | null };

/** @param limitBps the limit in force on them all */
export function boundOf(flows: readonly FlowPlan[], limitBps: number): Bound {
  const offeredBps = flows.reduce((sum, flow) => sum + offeredAtLeastBps(flow), 0);
  if (offeredBps >= limitBps) return { by: 'limit', wireBps: limitBps };
  const foretold = flows.every(
    ({ requests, offeredWireBps }) => requests === undefined && offeredWireBps !== undefined,
  );
  return { by: 'offered', wireBps: foretold ? offeredBps : null };
}

/** The wire rate that a flow must have: its share of the limit, or all of it where the plan does not say; null where nothing limits it or it cannot be foretold. */
export function predictedWireBps(flow: FlowPlan): number | null {
  if (flow.configuredBps === null) return null;
  // What nothing of can arrive has a share that it cannot take.
  if (flow.predictedGoodputBps === 0) return 0;
  if (flow.share?.at != null) return flow.share.bps;
  return boundOf([flow], flow.configuredBps).wireBps;
}

/** Bits per second on the wire. */
function offeredAtLeastBps(flow: FlowPlan): number {
  return flow.offeredWireBps ?? flow.offeredBps ?? Number.POSITIVE_INFINITY;
}
