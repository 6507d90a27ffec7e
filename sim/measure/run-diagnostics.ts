/** What a run has to say about its kernel and its machine, once each, with the remedy. */
import type { ExhaustedRecord } from '../trace/record.ts';
import type { Observations } from './observations.ts';
import type { StepPlan } from '../plan/plan.ts';
import { checksOfStep } from './checks.ts';
import type { Check, RunDiagnostic } from './result.ts';
import { spoilingOf } from './spoiling.ts';
import { QUIET_PCT } from './starvation.ts';

export function runDiagnostics(seen: Observations, checks: readonly Check[]): RunDiagnostic[] {
  const byCause = new Map(seen.exhausted.map((record) => [record.cause, record]));
  return [...[...byCause.values()].map(exhaustionDiagnostic), ...starvationDiagnostic(seen, checks)];
}

/** Whether something of the step could not be measured because the machine kept its processors from the kernel. */
export function isStarved(
  seen: Observations,
  step: StepPlan,
  checks: readonly Check[] = checksOfStep(seen, step),
): boolean {
  const { exhausted, takenPct } = spoilingOf(seen, step);
  const own = checks.filter((check) => check.step === step.name);
  return exhausted === null && (takenPct ?? 0) >= QUIET_PCT && own.some(({ status }) => status === 'unjudged');
}

function starvationDiagnostic(seen: Observations, checks: readonly Check[]): RunDiagnostic[] {
  const starved = seen.run.plan.timeline.filter((step) => isStarved(seen, step, checks));
  if (starved.length === 0) return [];
  const steps = starved.map((step) => `${step.name} (${(spoilingOf(seen, step).takenPct ?? 0).toFixed(0)} %)`);
  return [
    {
      ...{ code: 'W502', severity: 'warning' },
      message: `the machine kept a processor from the kernel for ${QUIET_PCT} % of the time or more, so that rates could not be measured on the real clock: ${steps.join(', ')}`,
      help: 'use --clock virtual, which feels no load (`ipvlane kernels build uml-virtual` makes a kernel for it, once), or a quieter machine',
    },
  ];
}

export function exhaustionDiagnostic({ cause, said, help }: ExhaustedRecord): RunDiagnostic {
  const message = said === undefined ? cause : `${cause}; the kernel said: ${said}`;
  return { code: 'W501', severity: 'warning', message, help };
}
