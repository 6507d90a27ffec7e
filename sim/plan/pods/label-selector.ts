/** A label selector as written, with its defaults: what is missing selects everything. */
import type { LabelSelector } from '../../../dataplane/policy/network-policy.ts';
import type { LabelSelectorSpec } from '../../manifest/manifests.ts';

export function labelSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelectorSpec): LabelSelector {
  return {
    matchLabels,
    matchExpressions: matchExpressions.map(({ key, operator, values = [] }) => ({ key, operator, values })),
  };
}
