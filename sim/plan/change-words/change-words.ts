/** What `check` warns of in manifests, of what comes to a cluster that lives: by a step of a timeline, or by a command. */
import { Collector } from '../../diagnostics/collector.ts';
import type { ChangeRequest } from '../../manifest/scenario/change-request.ts';
import type { PodManifest, WorkloadManifest } from '../../manifest/manifests.ts';
import type { ServiceSketch } from '../../manifest/other-kinds/service-sketch.ts';
import { objectKey } from '../cluster/cluster.ts';
import type { DeclaredPod } from '../pods/declared-pod.ts';
import { warnUnenforced } from '../network/enforcement.ts';
import type { Network } from '../network/network.ts';
import { warnOfContradiction } from '../network/network-policy.ts';
import type { PlannedCluster, Resolved } from '../cluster/planned-cluster.ts';
import { attachAll } from '../pods/pod-planner.ts';
import { warnOfIdlePolicies } from '../policy-words/idle-policies.ts';
import type { HostNetworkPod } from '../policy-words/known-pods.ts';

/** What was there from the beginning, and is no part of the cluster that changes. */
export interface Around {
  readonly networks: ReadonlyMap<string, Network>;
  readonly hostNetwork: readonly HostNetworkPod[];
  readonly services: readonly ServiceSketch[];
}

/** Limits and policies that the change brings where nothing enforces them. */
export function warnOfChange(
  after: PlannedCluster,
  { change }: Resolved,
  { networks }: Pick<Around, 'networks'>,
  diagnostics: Collector,
): void {
  const pods = (keys: Iterable<string>): DeclaredPod[] =>
    [...keys].flatMap((key) => {
      const [declared, plan] = [after.declared.get(key), after.cluster.pods.get(key)];
      return declared === undefined || plan === undefined ? [] : [{ ...declared, labels: plan.labels }];
    });
  // What is wrong with their networks was said where they were planned.
  const attached = (some: readonly DeclaredPod[]) => attachAll(some, networks, new Collector());
  const touched = [...(change.createPods ?? []), ...(change.labelPods ?? [])].map(objectKey);
  if (touched.length > 0) warnUnenforced(attached(pods(touched)), [...after.cluster.policies.values()], diagnostics);
  const applied = change.applyPolicies ?? [];
  if (applied.length > 0) warnUnenforced(attached(pods(after.declared.keys())), applied, diagnostics);
}

/** As `warnOfChange`; and policies that say something of nobody, in the cluster as the command leaves it. */
export function warnOfCommand(
  request: ChangeRequest,
  after: PlannedCluster,
  resolved: Resolved,
  around: Around,
  diagnostics: Collector,
): void {
  warnOfChange(after, resolved, around, diagnostics);
  if (request.verb !== 'apply') return;
  const { networkPolicies, pods, workloads } = request.objects;
  for (const manifest of networkPolicies) warnOfContradiction(manifest, diagnostics);
  const surroundings = {
    states: [after.cluster],
    hostNetwork: [...around.hostNetwork, ...pods.flatMap(onHostNetwork), ...workloads.flatMap(onHostNetwork)],
    services: [...around.services, ...(request.services ?? [])],
  };
  warnOfIdlePolicies(networkPolicies, surroundings, diagnostics);
}

function onHostNetwork(manifest: PodManifest | WorkloadManifest): HostNetworkPod[] {
  const { namespace, name } = manifest;
  if (manifest.kind === 'Pod') {
    return manifest.spec.hostNetwork === true ? [{ namespace, name, labels: manifest.labels, owner: null }] : [];
  }
  const { labels, spec } = manifest.spec.template;
  return spec.hostNetwork === true ? [{ namespace, name, labels, owner: null }] : [];
}
