/** Which flows may run at the same time: none shares a pod, a receiver or a port of the wire with another. Pure. */
import { partyName, type FlowPlan } from '../plan.ts';

/** What a guest on two cores carries beside everything else (docs/measurement.md). */
const MOST_BPS_AT_ONCE = 500e6;
const MOST_AT_ONCE = 32;
/** Of all rounds together. */
const LONGEST_NS = 60e9;

export interface Rounds {
  readonly rounds: readonly (readonly FlowPlan[])[];
  /** For which there was no time. */
  readonly leftOut: readonly FlowPlan[];
}

/** Each flow in the first round that has room for it; flow ids anew, in the order in which they run. */
export function inRounds(flows: readonly FlowPlan[], isLimited: (party: string) => boolean): Rounds {
  const rounds: Round[] = [];
  const leftOut: FlowPlan[] = [];
  // The longest first: those that join a round then do not make it longer.
  for (const flow of flows.toSorted((a, b) => b.durationNs - a.durationNs)) {
    const keys = resourcesOf(flow, isLimited);
    const found = rounds.find((round) => hasRoom(round, flow, keys));
    const spentNs = rounds.reduce((sum, { durationNs }) => sum + durationNs, 0);
    if (found === undefined && rounds.length > 0 && spentNs + flow.durationNs > LONGEST_NS) {
      leftOut.push(flow);
      continue;
    }
    const round = found ?? { flows: [], taken: new Set<string>(), durationNs: flow.durationNs };
    if (found === undefined) rounds.push(round);
    round.flows.push(flow);
    for (const key of keys) round.taken.add(key);
  }
  let flowId = 0;
  return { rounds: rounds.map((round) => round.flows.map((flow) => ({ ...flow, flowId: ++flowId }))), leftOut };
}

interface Round {
  readonly flows: FlowPlan[];
  readonly taken: Set<string>;
  readonly durationNs: number;
}

function hasRoom({ flows, taken }: Round, flow: FlowPlan, keys: readonly string[]): boolean {
  const rates = flows.reduce((sum, { configuredBps }) => sum + (configuredBps ?? 0), flow.configuredBps ?? 0);
  return flows.length < MOST_AT_ONCE && rates <= MOST_BPS_AT_ONCE && !keys.some((key) => taken.has(key));
}

/** Whatever a second flow would change: limits of either end, where the receiver's bytes are counted, the wire. */
function resourcesOf({ from, to, configuredBy }: FlowPlan, isLimited: (party: string) => boolean): string[] {
  const [sender, receiver] = [partyName(from), partyName(to)];
  return [
    ...(isLimited(sender) ? [sender] : []),
    ...(isLimited(receiver) ? [receiver] : []),
    `bytes of ${receiver}`,
    // A wire that binds is shared by all that are on it.
    ...(configuredBy === 'underlay' ? ['the wire'] : []),
  ];
}
