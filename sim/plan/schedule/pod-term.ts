/**
 * Rules of a pod about other pods, with what is left unsaid filled in: whose namespaces are meant, and what its own labels
 * add (`matchLabelKeys`, `mismatchLabelKeys`, which the API server merges into the selector).
 */
import type { LabelSelector } from '../../../dataplane/policy/network-policy.ts';
import type { PodSpec } from '../../manifest/manifests.ts';
import type { PodAffinityTerm } from '../../manifest/schema/scheduling.ts';
import { labelSelector } from '../pods/label-selector.ts';

export interface PodTerm {
  readonly topologyKey: string;
  /** null: no pod at all. */
  readonly selector: LabelSelector | null;
  readonly namespaces: readonly string[];
  /** Those of these namespaces as well; null: no further ones. */
  readonly namespaceSelector: LabelSelector | null;
  /** All of it as text: equal for terms that mean the same pods. */
  readonly key: string;
}

export type PodTermRole = 'affinity' | 'anti-affinity' | 'preferred' | 'preferred-anti';

interface Owner {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

/** All of them, the required ones with weight 0. */
export function podTermsOf(pod: Owner): { term: PodTerm; role: PodTermRole; weight: number }[] {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const required = (written: typeof podAffinity, role: PodTermRole) =>
    (written?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => ({
      term: podTerm(term, pod),
      role,
      weight: 0,
    }));
  const preferred = (written: typeof podAffinity, role: PodTermRole) =>
    (written?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({
      term: podTerm(podAffinityTerm, pod),
      role,
      weight,
    }));
  return [
    ...required(podAffinity, 'affinity'),
    ...required(podAntiAffinity, 'anti-affinity'),
    ...preferred(podAffinity, 'preferred'),
    ...preferred(podAntiAffinity, 'preferred-anti'),
  ];
}

/** The selector with the pod's own values of some labels; a label that the pod does not have adds nothing. */
export function withOwnLabels(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>>,
  keys: readonly string[],
  operator: 'In' | 'NotIn' = 'In',
): LabelSelector {
  const own = keys.flatMap((key) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
  return { ...selector, matchExpressions: [...selector.matchExpressions, ...own] };
}

function podTerm(written: PodAffinityTerm, { namespace, labels }: Owner): PodTerm {
  const { topologyKey, namespaces = [], matchLabelKeys = [], mismatchLabelKeys = [] } = written;
  const selector =
    written.labelSelector === undefined
      ? null
      : withOwnLabels(
          withOwnLabels(labelSelector(written.labelSelector), labels, matchLabelKeys),
          labels,
          mismatchLabelKeys,
          'NotIn',
        );
  const namespaceSelector = written.namespaceSelector === undefined ? null : labelSelector(written.namespaceSelector);
  const meant = {
    topologyKey,
    selector,
    namespaces: namespaces.length === 0 && namespaceSelector === null ? [namespace] : namespaces,
    namespaceSelector,
  };
  return { ...meant, key: JSON.stringify(meant) };
}
