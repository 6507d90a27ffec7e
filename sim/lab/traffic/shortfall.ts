/** Whether a sender offered what it was asked to. */
import type { FlowPlan, Generator } from '../../plan/plan.ts';
import type { FlowTotals } from '../../trace/record.ts';
import { rateInWords } from '../../plan/rate-words.ts';

/**
 * Says so where the sender did not send what it was asked to offer, though no limit of the lab was in its way: a slow guest
 * has only so many datagrams in it. Null when it did.
 */
export function shortfallOf(
  generator: Generator,
  flow: FlowPlan,
  sentBytes: number,
  durationNs: number,
): string | null {
  if (flow.offeredBps === null || durationNs === 0) return null;
  const sentBps = (sentBytes * 8e9) / durationNs;
  const wantedBps = Math.min(flow.offeredBps, flow.configuredBps ?? Infinity);
  if (sentBps >= 0.9 * wantedBps) return null;
  return `${generator} sent ${rateInWords(sentBps)} of the ${rateInWords(flow.offeredBps)} it was to offer: this kernel's processor is the limit, or the path was blocked`;
}

/** What a flow with a volume did not deliver in its time; null when it did, or has no volume. */
export function unfinishedOf(
  { volume }: FlowPlan,
  { completedNs, receivedBytes, durationNs }: FlowTotals,
): string | null {
  if (volume === undefined || completedNs !== undefined) return null;
  return `${receivedBytes} of its ${volume.bytes} bytes arrived in ${(durationNs / 1e9).toFixed(1)} s, and then its time was over`;
}
