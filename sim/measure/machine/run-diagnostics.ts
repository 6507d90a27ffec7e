/** What a run has to say about its kernel and its machine, once each, with the remedy. */
import type { ExhaustedRecord } from '../../trace/record.ts';
import type { Observations } from '../observing/observations.ts';
import type { StepPlan } from '../../plan/plan.ts';
import type { Check, RunDiagnostic } from '../result.ts';
import { aroundDiagnostic } from '../checks/books.ts';
import { spoilingOf } from '../checks/spoiling.ts';
import { isTooSlow, type MachineUse } from '../checks/starvation.ts';

export function runDiagnostics(seen: Observations, checks: readonly Check[]): RunDiagnostic[] {
  const byCause = new Map(seen.exhausted.map((record) => [record.cause, record]));
  return [
    ...[...byCause.values()].map(exhaustionDiagnostic),
    ...starvationDiagnostic(seen, checks),
    ...[...seen.around.keys()].map((endpointId) => aroundDiagnostic(seen, endpointId)),
  ];
}

/** Whether something of the step could not be measured for want of a processor. */
export function isStarved(seen: Observations, step: StepPlan, checks: readonly Check[]): boolean {
  return starvation(seen, step, checks) !== null;
}

/** Whether that may be otherwise at once: a machine that is busy now need not be so later; one that is too slow stays so. */
export function mayPass(seen: Observations, step: StepPlan, checks: readonly Check[]): boolean {
  const use = starvation(seen, step, checks);
  return use !== null && !isTooSlow(use);
}

function starvation(seen: Observations, step: StepPlan, checks: readonly Check[]): MachineUse | null {
  const isStarving = checks.some((check) => check.step === step.name && check.starved === true);
  return isStarving ? spoilingOf(seen, step).machine : null;
}

function starvationDiagnostic(seen: Observations, checks: readonly Check[]): RunDiagnostic[] {
  const starved = seen.run.plan.timeline.flatMap((step) => {
    const use = starvation(seen, step, checks);
    return use === null ? [] : [{ step, use }];
  });
  const said = (cause: string, steps: readonly string[]): RunDiagnostic[] => {
    if (steps.length === 0) return [];
    const message = `${cause}, so that rates could not be measured on the real clock: ${steps.join(', ')}`;
    return [{ code: 'W502', severity: 'warning', message, help: HELP_OF_STARVATION }];
  };
  const [taken, slow] = [starved.filter(({ use }) => !isTooSlow(use)), starved.filter(({ use }) => isTooSlow(use))];
  return [
    ...said(
      'the machine kept a processor from the kernel for a part of the time',
      taken.map(({ step, use }) => `${step.name} (${use.takenPct.toFixed(0)} %)`),
    ),
    ...said(
      'the kernel used all that its processor can do',
      slow.map(({ step }) => step.name),
    ),
  ];
}

export const HELP_OF_STARVATION =
  'use --clock virtual, which feels no load (`ipvlane kernels build uml-virtual` makes a kernel for it, once), or a quieter machine';

export function exhaustionDiagnostic({ cause, said, help }: ExhaustedRecord): RunDiagnostic {
  const message = said === undefined ? cause : `${cause}; the kernel said: ${said}`;
  return { code: 'W501', severity: 'warning', message, help };
}
