/**
 * How far what came out is from what was configured, in percent; negative is too slow.
 */
import { flowWindow } from './flow-window.ts';
import type { FlowSeen, Observations } from './observations.ts';
import { flowsBehindLimit, wireBps } from './wire-rate.ts';

/** (measured - reference) / reference * 100; null without a reference to compare with. */
export function errorPct(measured: number | null, reference: number | null): number | null {
  if (measured === null || reference === null || reference === 0) return null;
  return ((measured - reference) / reference) * 100;
}

/**
 * The error of the limit that holds a flow: its wire rate against the configured one. Flows of a step that share the
 * limit are added up, since it holds their sum; null when they did not run over the same time (to a tenth).
 */
export function limitErrorPct(seen: Observations, flow: FlowSeen): number | null {
  const behind = flow.plan.configuredBps === null ? null : flowsBehindLimit(seen, flow);
  if (behind === null) return null;
  const window = flowWindow(seen, flow);
  if (window === null) return null;
  const toleranceNs = (window.lastByteNs - window.firstByteNs) / 10;
  let sumBps = 0;
  for (const each of behind) {
    const other = flowWindow(seen, each);
    const bps = wireBps(seen, each);
    if (other === null || bps === null) return null;
    if (Math.abs(other.firstByteNs - window.firstByteNs) > toleranceNs) return null;
    if (Math.abs(other.lastByteNs - window.lastByteNs) > toleranceNs) return null;
    sumBps += bps;
  }
  return errorPct(sumBps, flow.plan.configuredBps);
}
