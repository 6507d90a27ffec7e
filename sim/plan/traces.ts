/** The traces of a plan's wires, those of its beginning and those that steps bring: each once, in this order. */
import type { DeliveryTracePlan, Plan } from './plan.ts';

export function tracesOf({ underlay, timeline }: Pick<Plan, 'underlay' | 'timeline'>): readonly DeliveryTracePlan[] {
  const wires = [underlay, ...timeline.flatMap((step) => (step.kind === 'underlay' ? [step.underlay] : []))];
  const traces = new Map(wires.flatMap(({ trace }) => (trace === undefined ? [] : [[trace.file, trace] as const])));
  return [...traces.values()];
}
