/** How many descriptors the agent holds at once. Pure. */
import type { Plan, PodPlan } from '../../plan/plan.ts';
import { sum } from '../../plan/flows/sum.ts';

/** Node's own, the maps and programs, the line, what a program of `exec` has, listeners of our own traffic. */
const BESIDES = 1024;
/** A namespace and a netlink socket. */
const OF_A_PARTY = 2;
/** Of a tcpdump: what it captures, and what it complains of. */
const OF_A_CAPTURE = 2;
/** The two ends of a stream, and what waits for either. */
const OF_A_STREAM = 4;
/** Of the questions that are asked at once, each with its socket. */
const ASKED = 512;

/**
 * Never less than the lab can need: of every step all its flows and listeners, a listener for each port that is declared,
 * a capture for each party.
 * @param pods as they are now; the plan's are those of the beginning
 */
export function openFilesNeeded(
  { nodes, hosts, timeline }: Pick<Plan, 'nodes' | 'hosts' | 'timeline'>,
  pods: readonly Pick<PodPlan, 'ports'>[],
): number {
  const parties = pods.length + nodes.length + hosts.length;
  const declared = sum(pods.map(({ ports }) => ports.length));
  const ofSteps = timeline.map((step) => {
    if (step.kind === 'probe') return step.probes.length;
    return step.kind === 'traffic' ? OF_A_STREAM * sum(step.flows.map(({ streams }) => streams)) : 0;
  });
  return BESIDES + ASKED + (OF_A_PARTY + OF_A_CAPTURE) * parties + declared + Math.max(0, ...ofSteps);
}
