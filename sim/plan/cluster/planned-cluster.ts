/** The cluster as the planner follows it: beside what is there, what was written of it, and who owns whom. */
import type { WorkloadManifest } from '../../manifest/manifests.ts';
import { changeCluster, objectKey } from './cluster.ts';
import type { Cluster, ClusterChange } from './cluster.ts';
import type { DeclaredPod } from '../pods/declared-pod.ts';

export interface PlannedCluster {
  readonly cluster: Cluster;
  /** By `namespace/name`: what each pod was made from, with the annotations it has now. */
  readonly declared: ReadonlyMap<string, DeclaredPod>;
  /** By `workloadKey`. */
  readonly workloads: ReadonlyMap<string, Workload>;
}

export interface Workload {
  /** With the labels and annotations that its next pods get. */
  readonly manifest: WorkloadManifest;
  /** The template as it was applied: another one makes other pods. */
  readonly applied: WorkloadManifest['spec']['template'];
  /** Keys of its pods, by replica. */
  readonly pods: readonly string[];
}

/** What a request comes to: what the lab has to do, and what the planner has to remember once it is done. */
export interface Resolved {
  readonly change: ClusterChange;
  /** New or changed; null: gone. */
  readonly declared: ReadonlyMap<string, DeclaredPod | null>;
  readonly workloads: ReadonlyMap<string, Workload | null>;
}

/** @throws ChangeRefused */
export function follow(before: PlannedCluster, { change, declared, workloads }: Resolved): PlannedCluster {
  return {
    cluster: changeCluster(before.cluster, change),
    declared: overlaid(before.declared, declared),
    workloads: overlaid(before.workloads, workloads),
  };
}

export function plannedAtStart(
  cluster: Cluster,
  declared: readonly DeclaredPod[],
  manifests: readonly WorkloadManifest[],
): PlannedCluster {
  const there = declared.filter((pod) => cluster.pods.has(objectKey(pod)));
  const owned = new Map<string, DeclaredPod[]>();
  for (const pod of there) {
    if (pod.owner === null) continue;
    const key = workloadKey({ kind: pod.owner.kind, namespace: pod.namespace, name: pod.owner.name });
    const pods = owned.get(key);
    if (pods === undefined) owned.set(key, [pod]);
    else pods.push(pod);
  }
  return {
    cluster,
    declared: new Map(there.map((pod) => [objectKey(pod), pod])),
    workloads: new Map(
      manifests.map((manifest) => {
        const key = workloadKey(manifest);
        return [key, workloadOf(manifest, owned.get(key) ?? [])];
      }),
    ),
  };
}

export function workloadOf(manifest: WorkloadManifest, pods: readonly DeclaredPod[]): Workload {
  return { manifest, applied: manifest.spec.template, pods: pods.map(objectKey) };
}

/** Whether the workload was applied with the template of the manifest, to the letter. */
export function hasTemplateOf({ applied }: Workload, manifest: WorkloadManifest): boolean {
  return JSON.stringify(applied) === JSON.stringify(manifest.spec.template);
}

/** `Deployment default/test`. */
export function workloadKey({ kind, ...name }: { kind: string; namespace: string; name: string }): string {
  return `${kind} ${objectKey(name)}`;
}

function overlaid<T>(before: ReadonlyMap<string, T>, changes: ReadonlyMap<string, T | null>): ReadonlyMap<string, T> {
  const after = new Map(before);
  for (const [key, value] of changes) {
    if (value === null) after.delete(key);
    else after.set(key, value);
  }
  return after;
}
