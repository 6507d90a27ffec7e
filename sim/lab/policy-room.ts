/**
 * What policies need of their maps, and whether it fits, asked before the first update: a change that would stop half-way
 * is not begun.
 */
import { compilePolicy } from '../../dataplane/policy/compile/compile.ts';
import { policyDelta } from '../../dataplane/policy/compile/delta.ts';
import type { PolicyMapOperation } from '../../dataplane/policy/compile/map-operations.ts';
import type { CompiledPolicy } from '../../dataplane/policy/compile/policy-entries.ts';
import { ChangeRefused, changeCluster, clusterAtStart, policyWorld } from '../plan/cluster/cluster.ts';
import type { Cluster, ClusterChange } from '../plan/cluster/cluster.ts';
import type { Plan } from '../plan/plan.ts';
import type { Dataplane } from './dataplane.ts';
import { MachineError } from './machine-error.ts';

export interface PolicyNeeds {
  /** Entries that the beginning or a step of the timeline needs, whichever needs most. */
  readonly policy: number;
  readonly identities: number;
}

/** The policies of the beginning, compiled, and what they and every step after them need of the maps. */
export function compilePlan(plan: Plan): { readonly atStart: CompiledPolicy; readonly needs: PolicyNeeds } {
  let cluster = clusterAtStart(plan);
  const atStart = compilePolicy(policyWorld(cluster));
  let needs: PolicyNeeds = { policy: atStart.entries.length, identities: atStart.identities.length };
  let before = atStart;
  for (const step of plan.timeline) {
    if (!('change' in step)) continue;
    cluster = changed(cluster, step.change);
    const after = compilePolicy(policyWorld(cluster), before);
    const ofStep = needsOf(before, policyDelta(before, after));
    needs = {
      policy: Math.max(needs.policy, ofStep.policy),
      identities: Math.max(needs.identities, ofStep.identities),
    };
    before = after;
  }
  return { atStart, needs };
}

/** A change that is refused when its step comes leaves the cluster as it is; that it fails is the step's to say. */
function changed(cluster: Cluster, change: ClusterChange): Cluster {
  try {
    return changeCluster(cluster, change);
  } catch (error) {
    if (error instanceof ChangeRefused) return cluster;
    throw error;
  }
}

/** @throws MachineError with the numbers */
export function requireRoom(
  before: CompiledPolicy,
  operations: readonly PolicyMapOperation[],
  maps: { readonly [Name in 'policy' | 'identities']: Pick<Dataplane['maps'][Name], 'maxEntries'> },
): void {
  const needs = needsOf(before, operations);
  for (const name of ['policy', 'identities'] as const) {
    const { maxEntries } = maps[name];
    if (needs[name] <= maxEntries) continue;
    throw new MachineError(
      `the policies need ${needs[name]} entries of the map \`${name}\`, which has room for ${maxEntries}: nothing of the change is in force`,
      `write \`dataplane: { maps: { ${name}: ${2 ** Math.ceil(Math.log2(needs[name]))} } }\` in the Scenario's spec`,
    );
  }
}

/** New entries go in before old ones go, so both must fit together; an entry that is only replaced is counted twice. */
function needsOf(before: CompiledPolicy, operations: readonly PolicyMapOperation[]): PolicyNeeds {
  const puts = (kind: PolicyMapOperation['do']): number =>
    operations.filter((operation) => operation.do === kind).length;
  return {
    policy: before.entries.length + puts('put-entry'),
    identities: before.identities.length + puts('put-identity'),
  };
}
