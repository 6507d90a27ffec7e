/** The one change that makes a cluster into another. Pure. */
import type { Cluster, ClusterChange, ObjectName } from './cluster.ts';
import { objectKey } from './cluster.ts';
import type { PodPlan } from '../plan.ts';

/** Of a pod only labels may change; one that differs in anything else is another pod of that name. */
export function changeBetween(before: Cluster, after: Cluster): ClusterChange {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const replaced = [...before.pods].filter(([key, pod]) => {
    const now = after.pods.get(key);
    return now === undefined || !same({ ...pod, labels: {} }, { ...now, labels: {} });
  });
  const gone = new Set(replaced.map(([key]) => key));
  const created = [...after.pods].filter(([key]) => gone.has(key) || !before.pods.has(key));
  const isNew = new Set(created.map(([key]) => key));
  return {
    deletePolicies: namesOf([...before.policies].filter(([key]) => !after.policies.has(key))),
    deletePods: namesOf(replaced),
    deleteNamespaces: [...before.namespaces.keys()].filter((name) => !after.namespaces.has(name)),
    setNamespaces: [...after.namespaces]
      .filter(([name, labels]) => !same(before.namespaces.get(name), labels))
      .map(([name, labels]) => ({ name, labels })),
    applyPolicies: [...after.policies]
      .filter(([key, policy]) => !same(before.policies.get(key), policy))
      .map(([, policy]) => policy),
    createPods: created.map(([, pod]): PodPlan => pod),
    labelPods: [...after.pods]
      .filter(([key, { labels }]) => !isNew.has(key) && !same(before.pods.get(key)?.labels, labels))
      .map(([, { namespace, name, labels }]) => ({ namespace, name, labels })),
  };
}

function namesOf(objects: readonly (readonly [string, ObjectName])[]): ObjectName[] {
  return objects.map(([, { namespace, name }]) => ({ namespace, name }));
}

/** `namespace/name` of everything it speaks of, for people. */
export function changeText(change: ClusterChange): string {
  const parts = [
    ...(change.applyPolicies ?? []).map((policy) => `apply ${objectKey(policy)}`),
    ...(change.deletePolicies ?? []).map((policy) => `delete ${objectKey(policy)}`),
    ...(change.createPods ?? []).map((pod) => `create pod ${objectKey(pod)}`),
    ...(change.deletePods ?? []).map((pod) => `delete pod ${objectKey(pod)}`),
    ...(change.labelPods ?? []).map((pod) => `label pod ${objectKey(pod)}`),
    ...(change.setNamespaces ?? []).map(({ name }) => `label namespace ${name}`),
    ...(change.deleteNamespaces ?? []).map((name) => `delete namespace ${name}`),
  ];
  return parts.join(', ');
}
