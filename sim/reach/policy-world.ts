/** A plan in the words of the policy engine. */
import type { NetworkPolicy, PolicyWorld } from '../../dataplane/policy/network-policy.ts';
import type { Plan, PodPlan } from '../plan/plan.ts';

/** The plan's pods and namespaces as the policy engine knows them. */
export function policyWorld(plan: Pick<Plan, 'namespaces' | 'pods'>, policies: readonly NetworkPolicy[]): PolicyWorld {
  return { namespaces: plan.namespaces, pods: plan.pods.map(policyPod), policies };
}

function policyPod(pod: PodPlan): PolicyWorld['pods'][number] {
  const { endpointId, namespace, name, labels, ports, enforced } = pod;
  // Policies speak of a pod's first interface, the cluster's network; further ones are none of theirs.
  const addresses = (pod.interfaces[0]?.addresses ?? []).map((address) => address.replace(/\/\d+$/, ''));
  return { endpointId, namespace, name, labels, addresses, ports, policed: enforced };
}
