/** How long a flow with a volume may take: as long as it says, or long enough. */
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { partyName, type FlowPlan } from '../plan.ts';
import { rateInWords } from '../rate-words.ts';

/** Without a `duration`: so long, or twice as long as foretold. */
const LEAST_NS = 60_000_000_000;

/** @param unhurried flows with a volume and without a time of their own */
export function timeForVolumes(flows: readonly FlowPlan[], unhurried: ReadonlySet<number>): FlowPlan[] {
  return flows.map((flow) =>
    unhurried.has(flow.flowId)
      ? { ...flow, durationNs: Math.max(LEAST_NS, 2 * Math.ceil(flow.volume?.predictedNs ?? 0)) }
      : flow,
  );
}

/** A volume that its limit does not let through in the time it has. */
export function warnOfHurry(
  flows: readonly FlowPlan[],
  spans: ReadonlyMap<number, Span>,
  diagnostics: Collector,
): void {
  for (const { flowId, from, to, volume, durationNs, share, configuredBps, predictedGoodputBps } of flows) {
    if (volume === undefined || predictedGoodputBps === 0) continue;
    const bps = share?.bps ?? configuredBps;
    const neededNs = bps === null ? 0 : (volume.wireBytes * 8e9) / bps;
    if ((volume.predictedNs ?? neededNs) <= durationNs) continue;
    const seconds = (ns: number): string => `${Number((ns / 1e9).toPrecision(3))} s`;
    diagnostics.add(
      'W476',
      spans.get(flowId),
      `${partyName(from)} -> ${partyName(to)}: its ${volume.bytes} bytes take ${seconds(neededNs)} at ${rateInWords(bps ?? 0)}, and it has ${seconds(durationNs)}`,
      { help: 'give it a longer `duration`, or leave that out' },
    );
  }
}
