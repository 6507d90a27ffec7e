/** Many flows by pair of workloads, and what can be said of such a group. */
import { NOT_MEASURED } from '../../sim/measure/words/format.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import { namedParties, workloadName } from '../../sim/plan/cluster/named-party.ts';
import { sum } from '../../sim/plan/flows/sum.ts';

export type Parties = Parameters<typeof namedParties>[0];

export interface FlowGroup {
  readonly pair: string;
  readonly protocol: string;
  readonly step: string;
  readonly flows: readonly FlowResult[];
}

/** By pair of workloads, protocol and step; none where no two flows have all these in common. */
export function groupsOf(flows: readonly FlowResult[], plan: Parties): readonly FlowGroup[] {
  const parties = namedParties(plan);
  const workload = (name: string): string => workloadName(parties.get(name) ?? { name, pod: null });
  const groups = new Map<string, FlowGroup & { readonly flows: FlowResult[] }>();
  for (const flow of flows) {
    const { protocol, step } = flow;
    const pair = `${workload(flow.from)} → ${workload(flow.to)}`;
    const key = JSON.stringify([pair, protocol, step]);
    const group = groups.get(key) ?? { pair, protocol, step, flows: [] };
    group.flows.push(flow);
    groups.set(key, group);
  }
  return groups.size === flows.length ? [] : [...groups.values()];
}

/** Per cent: the one furthest from 0. */
export function worstError(flows: readonly FlowResult[]): number | null {
  const errors = flows.flatMap(({ error_pct }) => error_pct ?? []);
  return errors.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0] ?? null;
}

/** The sum of what was measured of them. */
export function together(
  flows: readonly FlowResult[],
  of: (flow: FlowResult) => number | null,
  format: (sum: number) => string,
): string {
  const values = flows.flatMap((flow) => of(flow) ?? []);
  return values.length === 0 ? NOT_MEASURED : format(sum(values));
}
