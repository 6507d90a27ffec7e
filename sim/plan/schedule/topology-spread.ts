/** Topology spread constraints. Source: kube-scheduler framework/plugins/podtopologyspread. */
import type { LabelSelector } from '../../../dataplane/policy/network-policy.ts';
import { selects } from '../../../dataplane/policy/selector.ts';
import type { Toleration, TopologySpreadConstraint } from '../../manifest/schema/scheduling.ts';
import { labelSelector } from '../pods/label-selector.ts';
import { labelOf, meetsNodeAffinity } from './node-affinity.ts';
import { HOSTNAME_LABEL, type SchedulableNode } from './node.ts';
import type { Neighbour, Occupancy } from './occupancy.ts';
import { withOwnLabels } from './pod-term.ts';
import { repellingTaint } from './taint.ts';

export type SpreadVerdict = 'skew' | 'no label' | null;

/** What the constraints with `DoNotSchedule` say of each node. */
export function spreadFilter(
  pod: Neighbour,
  tolerations: readonly Toleration[],
  there: Occupancy,
): (node: SchedulableNode) => SpreadVerdict {
  const constraints = constraintsOf(pod, 'DoNotSchedule');
  const eligible = there.nodes.filter((node) => hasKeys(node, constraints));
  const rules = constraints.map((constraint) => {
    const counts = countsOf(pod, constraint, there);
    const domains = new Map<string, number>();
    for (const node of eligible.filter((one) => isCounted(one, constraint, pod, tolerations))) {
      const value = labelOf(node, constraint.topologyKey) ?? '';
      domains.set(value, (domains.get(value) ?? 0) + (counts.get(node.name) ?? 0));
    }
    const selector = selectorOf(pod, constraint);
    const own = selector !== null && selects(selector, pod.labels) ? 1 : 0;
    const tooFew = domains.size < (constraint.minDomains ?? 1);
    const lowest = tooFew ? 0 : Math.min(...domains.values());
    return { constraint, domains, own, lowest };
  });
  return (node) => {
    for (const { constraint, domains, own, lowest } of rules) {
      const value = labelOf(node, constraint.topologyKey);
      if (value === undefined) return 'no label';
      if ((domains.get(value) ?? 0) + own - lowest > constraint.maxSkew) return 'skew';
    }
    return null;
  };
}

/**
 * What the constraints with `ScheduleAnyway` say of each of the nodes that fit: the fewer the better, null where a node
 * lacks a label that they go by; undefined where there are none.
 */
export function spreadPreference(
  pod: Neighbour,
  tolerations: readonly Toleration[],
  there: Occupancy,
  fitting: readonly SchedulableNode[],
): ((node: SchedulableNode) => number | null) | undefined {
  const constraints = constraintsOf(pod, 'ScheduleAnyway');
  if (constraints.length === 0) return undefined;
  const ranked = fitting.filter((node) => hasKeys(node, constraints));
  const rules = constraints.map((constraint) => {
    const counts = countsOf(pod, constraint, there);
    const { topologyKey, maxSkew } = constraint;
    const domains = new Map<string, number>(ranked.map((node) => [labelOf(node, topologyKey) ?? '', 0]));
    for (const node of there.nodes) {
      const value = labelOf(node, topologyKey);
      if (value === undefined || !domains.has(value) || !hasKeys(node, constraints)) continue;
      if (topologyKey !== HOSTNAME_LABEL && !isCounted(node, constraint, pod, tolerations)) continue;
      domains.set(value, (domains.get(value) ?? 0) + (counts.get(node.name) ?? 0));
    }
    // More domains make one pod more or less weigh more.
    const weight = Math.log(domains.size + 2);
    return { topologyKey, maxSkew, domains, weight };
  });
  return (node) => {
    if (!hasKeys(node, constraints)) return null;
    const sum = rules.reduce((score, { topologyKey, maxSkew, domains, weight }) => {
      return score + (domains.get(labelOf(node, topologyKey) ?? '') ?? 0) * weight + (maxSkew - 1);
    }, 0);
    return Math.round(sum);
  };
}

function constraintsOf(
  { spec }: Neighbour,
  whenUnsatisfiable: TopologySpreadConstraint['whenUnsatisfiable'],
): readonly TopologySpreadConstraint[] {
  return (spec.topologySpreadConstraints ?? []).filter((one) => one.whenUnsatisfiable === whenUnsatisfiable);
}

function hasKeys(node: SchedulableNode, constraints: readonly TopologySpreadConstraint[]): boolean {
  return constraints.every(({ topologyKey }) => labelOf(node, topologyKey) !== undefined);
}

/** Whether the node, and who is on it, counts at all. */
function isCounted(
  node: SchedulableNode,
  { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' }: TopologySpreadConstraint,
  { spec }: Neighbour,
  tolerations: readonly Toleration[],
): boolean {
  if (nodeAffinityPolicy === 'Honor' && !meetsNodeAffinity(spec, node)) return false;
  return nodeTaintsPolicy === 'Ignore' || repellingTaint(tolerations, node) === undefined;
}

function countsOf(pod: Neighbour, constraint: TopologySpreadConstraint, there: Occupancy): ReadonlyMap<string, number> {
  const selector = selectorOf(pod, constraint);
  return selector === null ? new Map<string, number>() : there.inNamespace(pod.namespace, selector);
}

/** null: a constraint without a selector counts nobody. */
function selectorOf(
  { labels }: Neighbour,
  { labelSelector: written, matchLabelKeys = [] }: TopologySpreadConstraint,
): LabelSelector | null {
  return written === undefined ? null : withOwnLabels(labelSelector(written), labels, matchLabelKeys);
}
