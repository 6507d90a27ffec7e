/** A pod that the manifests ask for, before it has a node or an address: written as such, or a replica of a workload. */
import { objectKey } from '../cluster/cluster.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import type { Located, Path, PodSpec } from '../../manifest/manifests.ts';
import type { Had } from '../exported/had.ts';

export interface DeclaredPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly owner: { readonly kind: string; readonly name: string } | null;
  /** Place among the replicas of its workload, from 0; 0 for a pod of its own. */
  readonly replica: number;
  /** The node a DaemonSet's pod is for; null: the scheduler chooses. */
  readonly daemonNode: string | null;
  /** What a cluster gave it; null for a pod that is to be made. */
  readonly had: Had | null;
  /** The object that asks for it, and the way to what holds `metadata` and `spec` of the pod in it. */
  readonly source: Located;
  readonly path: Path;
}

/** The workload's key, or the pod's own: what people wrote down once. */
export function declarationKey(pod: DeclaredPod): string {
  return pod.owner === null ? `Pod ${objectKey(pod)}` : `${pod.owner.kind} ${pod.namespace}/${pod.owner.name}`;
}

export function annotationSpan(pod: DeclaredPod, key: string): Span {
  return pod.source.spanOf([...pod.path, 'metadata', 'annotations', key]);
}

/** Where the pod, or its workload, is named. */
export function declarationSpan(pod: DeclaredPod): Span {
  return pod.source.spanOf(['metadata', 'name']);
}

/** Where a field of the pod's spec is written. */
export function specSpan(pod: DeclaredPod, ...path: Path): Span {
  return pod.source.spanOf([...pod.path, 'spec', ...path]);
}
