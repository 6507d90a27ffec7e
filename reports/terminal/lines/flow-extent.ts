/** How long a flow lasts, or what it carries and how long that must take. */
import { formatBytes, formatDuration } from '../../../sim/measure/words/format.ts';
import type { FlowPlan } from '../../../sim/plan/plan.ts';

/** `8 s`, or `10.00 MB in 2.39 s, at most 60 s`. */
export function extentOf({ durationNs, volume }: FlowPlan): string {
  if (volume === undefined) return formatDuration(durationNs);
  const { bytes, predictedNs } = volume;
  const foretold = predictedNs === undefined ? '' : ` in ${formatDuration(predictedNs)}`;
  return `${formatBytes(bytes)}${foretold}, at most ${formatDuration(durationNs)}`;
}
