/**
 * Which nodes a pod asks for: `nodeSelector` and node affinity.
 *
 * Source: k8s.io/component-helpers scheduling/corev1/nodeaffinity. Terms are alternatives, what a term lists must all
 * hold, and an empty term matches nothing.
 */
import { holds, valueOf } from '../../../dataplane/policy/selector.ts';
import type { PodSpec } from '../../manifest/manifests.ts';
import type { NodeSelectorTerm } from '../../manifest/schema/scheduling.ts';
import { knowsLabel, type SchedulableNode } from './node.ts';

/** Whether the node has what the pod requires. A label that nobody could have written down does not count against it. */
export function meetsNodeAffinity({ nodeSelector = {}, affinity }: PodSpec, node: SchedulableNode): boolean {
  const selected = Object.entries(nodeSelector).every(
    ([key, value]) => !knowsLabel(node, key) || labelOf(node, key) === value,
  );
  if (!selected) return false;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => meetsTerm(term, node));
}

/** The sum of the weights of the preferences that the node meets. */
export function nodePreference({ affinity }: PodSpec, node: SchedulableNode): number {
  const preferred = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return preferred.reduce((sum, { weight, preference }) => sum + (meetsTerm(preference, node) ? weight : 0), 0);
}

/** Ways, from the pod's spec, to what it asks of labels that nobody says the nodes have. */
export function unknownLabels({ nodeSelector = {}, affinity }: PodSpec, node: SchedulableNode): UnknownLabel[] {
  const selected = Object.keys(nodeSelector).map((key) => ({ key, path: ['nodeSelector', key] }));
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const base = ['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms'];
  const expressed = (required?.nodeSelectorTerms ?? []).flatMap(({ matchExpressions = [] }, t) =>
    matchExpressions.map(({ key }, e) => ({ key, path: [...base, t, 'matchExpressions', e, 'key'] })),
  );
  return [...selected, ...expressed].filter(({ key }) => !knowsLabel(node, key));
}

export interface UnknownLabel {
  readonly key: string;
  readonly path: readonly (string | number)[];
}

function meetsTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: SchedulableNode): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matchExpressions.every((requirement) => !knowsLabel(node, requirement.key) || meets(requirement, node)) &&
    matchFields.every(({ operator, values = [] }) => values.includes(node.name) === (operator === 'In'))
  );
}

type NodeRequirement = NonNullable<NodeSelectorTerm['matchExpressions']>[number];

function meets({ key, operator, values = [] }: NodeRequirement, node: SchedulableNode): boolean {
  const value = labelOf(node, key);
  if (operator !== 'Gt' && operator !== 'Lt') return holds({ operator, values }, value);
  if (value === undefined || !/^[-+]?\d+$/.test(value)) return false;
  const [has, bound] = [BigInt(value), BigInt(values[0] ?? '0')];
  return operator === 'Gt' ? has > bound : has < bound;
}

export function labelOf({ labels }: Pick<SchedulableNode, 'labels'>, key: string): string | undefined {
  return valueOf(labels, key);
}
