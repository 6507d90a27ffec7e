/** Whether a sender offered what it was asked to. */
import type { FlowPlan } from '../../plan/plan.ts';

/**
 * Says so where the sender did not send what it was asked to offer, though no limit of the lab was in its way: a slow guest
 * has only so many datagrams in it. Null when it did.
 */
export function shortfallOf(
  generator: 'iperf3' | 'ipvlane',
  flow: FlowPlan,
  sentBytes: number,
  durationNs: number,
): string | null {
  if (flow.offeredBps === null || durationNs === 0) return null;
  const sentBps = (sentBytes * 8e9) / durationNs;
  const wantedBps = Math.min(flow.offeredBps, flow.configuredBps ?? Infinity);
  if (sentBps >= 0.9 * wantedBps) return null;
  const megabits = (bps: number): string => `${(bps / 1e6).toFixed(1)} Mbit/s`;
  return `${generator} sent ${megabits(sentBps)} of the ${megabits(flow.offeredBps)} it was to offer: this kernel's processor is the limit, or the path was blocked`;
}
