/** Who has a part in a step: whose network stacks and queues it may move. */
import { partyName } from '../../plan/plan.ts';
import type { StepPlan } from '../../plan/plan.ts';

export function partiesOf(step: StepPlan): ReadonlySet<string> {
  const pairs =
    step.kind === 'traffic'
      ? step.flows
      : step.kind === 'probe'
        ? step.probes
        : step.kind === 'inject'
          ? step.injections
          : [];
  return new Set(pairs.flatMap(({ from, to }) => [partyName(from), partyName(to)]));
}
