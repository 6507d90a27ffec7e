/**
 * What a compilation can take over from the one before: whatever was made of the same objects. It hangs on the compiled
 * policy by reference; one that was copied or came over a wire has none, and compiles to the same from scratch.
 */
import type { NetworkPolicy, PolicyRule, PolicyWorld, RuleName } from '../network-policy.ts';
import type { PodSelection } from './peer-classes.ts';
import type { CompiledPolicy, PolicyEntry } from './policy-entries.ts';
import type { PeerIdentities, ResolvedPolicy } from '../resolved-policy.ts';
import type { IndexedWorld } from '../world.ts';

export interface CompileMemo {
  readonly indexed: IndexedWorld;
  readonly selectPods: PodSelection;
  readonly ruleNames: ReadonlyMap<PolicyRule, RuleName>;
  readonly identities: PeerIdentities;
  readonly resolved: ReadonlyMap<NetworkPolicy, ResolvedPolicy>;
  /** By policy set. */
  readonly sets: ReadonlyMap<number, CompiledSet>;
}

export interface CompiledSet {
  readonly policies: readonly ResolvedPolicy[];
  /** What the named ports of its ingress rules stand for, as text. */
  readonly ports: string;
  readonly entries: readonly PolicyEntry[];
}

const memos = new WeakMap<CompiledPolicy, CompileMemo>();

export function remember(compiled: CompiledPolicy, memo: CompileMemo): void {
  memos.set(compiled, memo);
}

export function recall(compiled: CompiledPolicy): CompileMemo | undefined {
  return memos.get(compiled);
}

/** Entries by policy set; the same array for a set that a later version took over as it was. */
export function entriesBySet(compiled: CompiledPolicy): ReadonlyMap<number, readonly PolicyEntry[]> {
  const memo = memos.get(compiled);
  if (memo !== undefined) return new Map([...memo.sets].map(([policySet, { entries }]) => [policySet, entries]));
  const groups = new Map<number, PolicyEntry[]>();
  for (const entry of compiled.entries) {
    const group = groups.get(entry.policySet);
    if (group === undefined) groups.set(entry.policySet, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** Whether pods and namespaces are the very same, so that what selectors select is too. */
export function samePodsAndNamespaces(a: PolicyWorld, b: PolicyWorld): boolean {
  return (
    a.pods.length === b.pods.length &&
    a.namespaces.length === b.namespaces.length &&
    a.pods.every((pod, index) => pod === b.pods[index]) &&
    a.namespaces.every(({ name, labels }, index) => {
      const other = b.namespaces[index];
      return other !== undefined && name === other.name && labels === other.labels;
    })
  );
}

/** How many entries there are, without putting them together. */
export function entryCount(compiled: CompiledPolicy): number {
  return [...entriesBySet(compiled).values()].reduce((sum, entries) => sum + entries.length, 0);
}
