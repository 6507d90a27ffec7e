/** Who has a part in a step: whose network stacks and queues it may move. Routers have one in every step. */
import { partyName } from '../../plan/plan.ts';
import type { Plan, StepPlan } from '../../plan/plan.ts';

export function partiesOf(step: StepPlan, { hosts }: Pick<Plan, 'hosts'>): ReadonlySet<string> {
  const routers = hosts.flatMap(({ name, router }) => (router === true ? [`host:${name}`] : []));
  const pairs =
    step.kind === 'traffic'
      ? step.flows
      : step.kind === 'probe'
        ? step.probes
        : step.kind === 'inject'
          ? step.injections
          : [];
  return new Set([...routers, ...pairs.flatMap(({ from, to }) => [partyName(from), partyName(to)])]);
}
