/** What a gigabit costs the processors: the whole kernel's work in a step, shared by all payload that its flows delivered. */
import { flowsOfStep, type FlowSeen, type Observations } from '../observing/observations.ts';

/** Seconds a gigabit; null where the trace does not say, nothing was delivered, or time stands still while a processor works. */
export function processorSecondsPerGbit(seen: Observations, flow: FlowSeen): number | null {
  if (seen.run.kernel.clock === 'virtual') return null;
  const busy = seen.steps.get(flow.step.index)?.busyNs ?? null;
  if (busy === null || busy.last === busy.first) return null;
  const together = flowsOfStep(seen, flow.step);
  const bytes = together.reduce((sum, { totals }) => sum + (totals?.receivedBytes ?? 0), 0);
  return bytes === 0 ? null : (busy.last - busy.first) / (bytes * 8);
}
