/** A change of the cluster in a line, for people. */
import { objectKey } from './cluster.ts';
import type { ClusterChange } from './cluster.ts';
import type { ChangeVerb, LimitsPlan } from '../plan.ts';

/** `NetworkPolicy default/a; pod default/b {app=x}; - pod default/c`: what goes has a `-`. */
export function describeChange(change: ClusterChange): string {
  const { setNamespaces = [], labelPods = [], limitPods = [] } = change;
  return [
    ...named('- ', 'NetworkPolicy', (change.deletePolicies ?? []).map(objectKey)),
    ...named('- ', 'pod', (change.deletePods ?? []).map(objectKey)),
    ...named('- ', 'namespace', change.deleteNamespaces ?? []),
    ...setNamespaces.map(({ name, labels }) => `namespace ${name} ${labelText(labels)}`),
    ...named('', 'NetworkPolicy', (change.applyPolicies ?? []).map(objectKey)),
    ...named('', 'pod', (change.createPods ?? []).map(objectKey)),
    ...labelPods.map((pod) => `pod ${objectKey(pod)} ${labelText(pod.labels)}`),
    ...limitPods.map((pod) => `pod ${objectKey(pod)} ${limitText(pod.limits)}`),
  ].join('; ');
}

/** `delete pod default/c`: the verb already says that what is named goes. */
export function titleOfChange(verb: ChangeVerb, change: ClusterChange): string {
  const what = describeChange(change);
  return `${verb} ${verb === 'delete' ? what.replaceAll(/(^|; )- /g, '$1') : what}`;
}

function named(sign: '' | '- ', kind: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${sign}${kind} ${names.join(', ')}`];
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return `{${pairs.sort().join(', ')}}`;
}

function limitText({ ingressBps, egressBps }: LimitsPlan): string {
  const text = (bps: number | null): string => (bps === null ? 'unlimited' : `${bps / 1e6}M`);
  return `{ingress ${text(ingressBps)}, egress ${text(egressBps)}}`;
}
