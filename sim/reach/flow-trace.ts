/** A flow that somebody asked for, as a trace of its own: what measures runs then measures it. Pure. */
import { expectationsFor, grainOf, LEFT_OUT_NS } from '../plan/derived/measured-limit.ts';
import { partyName, type FlowPlan, type Plan, type StepPlan } from '../plan/plan.ts';
import type { TraceRecord } from '../trace/record.ts';
import type { FlowRecords } from './answers.ts';

/**
 * From a `run` record to `end`, with one step; empty when the lab recorded nothing.
 * @param plan with the cluster as it stood when the flow began
 */
export function flowTrace(plan: Plan, flow: FlowPlan, { run, before, during }: FlowRecords): readonly TraceRecord[] {
  if (run === null) return [];
  const t = during.at(-1)?.t ?? 0;
  return [
    { ...run, plan: { ...plan, timeline: [flowStep(flow, run.kernel.clock)] } },
    ...before.toSorted((a, b) => a.t - b.t),
    ...during,
    { type: 'end', t, outcome: 'completed' },
  ];
}

/** A flow that is too short for a rate is held to none. */
function flowStep(flow: FlowPlan, clock: 'real' | 'virtual'): StepPlan {
  const expect = flow.durationNs < 2 * LEFT_OUT_NS ? [] : expectationsFor(flow, clock, grainOf(flow));
  const name = `${partyName(flow.from)} sends to ${partyName(flow.to)}`;
  return { index: 0, name, position: null, kind: 'traffic', flows: [flow], expect };
}
