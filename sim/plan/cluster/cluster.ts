/**
 * The cluster as it stands, and what changes it: steps of a timeline and commands to a running lab are resolved to a
 * `ClusterChange`, and the lab, the oracle and the planner all carry it out by `changeCluster`. Plain JSON and pure.
 */
import type { NetworkPolicy, PolicyPod, PolicyWorld } from '../../../dataplane/policy/network-policy.ts';
import { objectKey } from '../../../dataplane/policy/object-key.ts';
import type { Plan, PodPlan } from '../plan.ts';
import type { ClusterChange, ObjectName } from '../schema/cluster-change.ts';

export { objectKey };
export type { ClusterChange, ObjectName };

/** By name; of a pod or policy `namespace/name`. Pods in the order in which they came. */
export interface Cluster {
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly pods: ReadonlyMap<string, PodPlan>;
  readonly policies: ReadonlyMap<string, NetworkPolicy>;
}

/** A change of what is not there. */
export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused';
}

export function clusterAtStart({ namespaces, pods, policies }: Plan): Cluster {
  return {
    namespaces: new Map(namespaces.map(({ name, labels }) => [name, labels])),
    pods: new Map(pods.map((pod) => [objectKey(pod), pod])),
    policies: new Map(policies.map((policy) => [objectKey(policy), policy])),
  };
}

/** The plan of a lab whose cluster stands so now. */
export function planWithCluster(plan: Plan, { namespaces, pods, policies }: Cluster): Plan {
  return {
    ...plan,
    namespaces: [...namespaces].map(([name, labels]) => ({ name, labels })),
    pods: [...pods.values()],
    policies: [...policies.values()],
  };
}

/**
 * The cluster after a change. What goes, goes first, so that a name may be given again in the same change; a namespace
 * that something new is in comes to be with the label every namespace has.
 * @throws ChangeRefused for what is not there, and for a pod that is; the cluster given stays as it is
 */
export function changeCluster(before: Cluster, change: ClusterChange): Cluster {
  const namespaces = new Map(before.namespaces);
  const pods = new Map(before.pods);
  const policies = new Map(before.policies);
  for (const policy of change.deletePolicies ?? []) {
    if (!policies.delete(objectKey(policy))) {
      throw new ChangeRefused(`NetworkPolicy ${objectKey(policy)}: not in force, so nothing to delete`);
    }
  }
  for (const pod of change.deletePods ?? []) {
    if (!pods.delete(objectKey(pod))) throw new ChangeRefused(`pod ${objectKey(pod)}: not there, so nothing to delete`);
  }
  for (const name of change.deleteNamespaces ?? []) {
    if (!namespaces.delete(name)) throw new ChangeRefused(`namespace ${name}: not there, so nothing to delete`);
    for (const [key, pod] of pods) if (pod.namespace === name) pods.delete(key);
    for (const [key, policy] of policies) if (policy.namespace === name) policies.delete(key);
  }
  for (const { name, labels } of change.setNamespaces ?? []) namespaces.set(name, labelsOfNamespace(name, labels));
  for (const { namespace } of [...(change.createPods ?? []), ...(change.applyPolicies ?? [])]) {
    if (!namespaces.has(namespace)) namespaces.set(namespace, labelsOfNamespace(namespace, {}));
  }
  for (const policy of change.applyPolicies ?? []) policies.set(objectKey(policy), policy);
  for (const pod of change.createPods ?? []) {
    if (pods.has(objectKey(pod))) throw new ChangeRefused(`pod ${objectKey(pod)}: is there already`);
    pods.set(objectKey(pod), pod);
  }
  for (const { labels, ...name } of change.labelPods ?? []) {
    pods.set(objectKey(name), { ...podOf(pods, name, 'label'), labels });
  }
  for (const { limits, ...name } of change.limitPods ?? []) {
    pods.set(objectKey(name), { ...podOf(pods, name, 'limit'), limits });
  }
  return { namespaces, pods, policies };
}

/** What a verdict depends on. */
export function policyWorld({ namespaces, pods, policies }: Cluster): PolicyWorld {
  return {
    namespaces: [...namespaces].map(([name, labels]) => ({ name, labels })),
    pods: [...pods.values()].map(policyPod),
    policies: [...policies.values()],
  };
}

/** The same object for the same pod, so that a compiler sees what did not change. */
function policyPod(pod: PodPlan): PolicyPod {
  const known = policyPods.get(pod);
  if (known !== undefined) return known;
  const { endpointId, namespace, name, labels, ports, enforced } = pod;
  // Policies speak of a pod's first interface, the cluster's network; further ones are none of theirs.
  const addresses = (pod.interfaces[0]?.addresses ?? []).map((address) => address.replace(/\/\d+$/, ''));
  const made = { endpointId, namespace, name, labels, addresses, ports, policed: enforced };
  policyPods.set(pod, made);
  return made;
}

const policyPods = new WeakMap<PodPlan, PolicyPod>();

/** With the one that the API server gives it. Source: NamespaceDefaultLabelName. */
export function labelsOfNamespace(
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  // A spread behind a spread: see `head` in manifest/build-objects.ts.
  return { ...labels, 'kubernetes.io/metadata.name': name };
}

function podOf(pods: ReadonlyMap<string, PodPlan>, name: ObjectName, what: string): PodPlan {
  const pod = pods.get(objectKey(name));
  if (pod === undefined) throw new ChangeRefused(`pod ${objectKey(name)}: not there, so nothing to ${what}`);
  return pod;
}
