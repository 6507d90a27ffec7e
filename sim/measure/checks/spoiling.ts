/**
 * What can have spoilt a step's checks, so that they are no verdict: a table of the kernel that was full while it ran, or a machine
 * that kept its processors from the kernel. What cannot be its doing stays a verdict: a packet that arrived, a rate above its limit.
 */
import type { StepPlan } from '../../plan/plan.ts';
import type { ExhaustedRecord } from '../../trace/record.ts';
import type { Observations } from '../observing/observations.ts';
import type { Check } from '../result.ts';
import { explanation, machineUse, type MachineUse, type Missed } from './starvation.ts';

export interface Spoiling {
  /** What was refused meanwhile, and why; null: nothing. */
  readonly exhausted: string | null;
  /** What the machine did to the kernel; null: on a clock that does not feel it. */
  readonly machine: MachineUse | null;
}

export const UNSPOILT: Spoiling = { exhausted: null, machine: null };

/** Of a step that has begun. */
export function spoilingOf(seen: Observations, step: StepPlan): Spoiling {
  const state = seen.steps.get(step.index);
  if (state === undefined) return UNSPOILT;
  const during = seen.exhausted.filter(
    ({ t, fromNs, harmless }) =>
      harmless !== true && t > state.startedNs && (state.endedNs === null || fromNs < state.endedNs),
  );
  const machine = seen.machine.get(step.index);
  return {
    exhausted: during.length === 0 ? null : [...new Set(during.map(({ cause }) => cause))].join('; '),
    machine: machine === undefined || seen.run.kernel.clock === 'virtual' ? null : machineUse(machine),
  };
}

/** How a check came out, and what that is worth. */
export interface Finding {
  readonly met: boolean;
  /** Why it is not met, or what is remarkable. */
  readonly reason: string | null;
  /** It cannot have come out so because packets were late or lost. */
  readonly firm: boolean;
  /** Of a number that a late processor changes. Left out of all others. */
  readonly missed?: Missed;
}

export function statusOf(
  { met, reason, firm, missed }: Finding,
  { exhausted, machine }: Spoiling,
): Pick<Check, 'status' | 'reason' | 'starved'> {
  if (!firm && exhausted !== null) return { status: 'unjudged', reason: `not measurable here: ${exhausted}` };
  const why = met || firm || machine === null || missed === undefined ? null : explanation(machine, missed);
  if (why !== null) return { status: 'unjudged', reason: `not measurable here: ${why}`, starved: true };
  return { status: met ? 'pass' : 'fail', reason };
}

/** `conntrack` of ours forgets who was silent longest where a scenario does not ask it to refuse; then it has room. */
export function fullConntrack(fromNs: number, t: number, packets: number): ExhaustedRecord {
  return {
    type: 'exhausted',
    t,
    fromNs,
    resource: 'connections',
    cause: `the dataplane's table of connections (conntrack) had no room, so ${packets} packets that would open one were dropped`,
    help: 'ask for fewer connections at once',
  };
}
