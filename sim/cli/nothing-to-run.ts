import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan, StepPlan } from '../plan/plan.ts';

/** Steps that bring nothing and find nothing out. */
const IDLE: ReadonlySet<StepPlan['kind']> = new Set(['wait', 'sleep', 'underlay', 'link']);

/** A run without a pod whose timeline asks nothing would pass, and show nothing. */
export function nothingToRun({ pods, timeline, scenario }: Pick<Plan, 'pods' | 'timeline' | 'scenario'>): Diagnostic[] {
  if (pods.length > 0 || timeline.some(({ kind }) => !IDLE.has(kind))) return [];
  const what = `the manifests of \`${scenario.name}\` make no pod with a network of its own`;
  return [
    {
      code: 'E461',
      severity: 'error',
      message: `there is nothing to run: ${what}, and no step asks anything`,
      help: 'give manifests of pods or workloads, or a Scenario whose timeline asks something; `check` reads them all the same',
    },
  ];
}

/** @throws DiagnosticError of kind input */
export function refuseNothingToRun(plan: Plan): void {
  const nothing = nothingToRun(plan);
  if (nothing.length > 0) throw new DiagnosticError('input', nothing);
}
