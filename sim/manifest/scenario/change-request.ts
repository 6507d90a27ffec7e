/**
 * What a step of a timeline, or a command to a running lab, asks to be changed: kubectl's verbs, with the objects by kind
 * and name. The plan resolves it (sim/plan/cluster/cluster-planner.ts).
 */
import type {
  NamespaceManifest,
  NetworkPolicyManifest,
  Path,
  PodManifest,
  WorkloadKind,
  WorkloadManifest,
} from '../manifests.ts';
import type { ServiceSketch } from '../other-kinds/service-sketch.ts';

export type ChangeRequest =
  /** `services`: those in the same files; they are no part of the lab, and policies are compared with them. */
  | { readonly verb: 'apply'; readonly objects: AppliedObjects; readonly services?: readonly ServiceSketch[] }
  | { readonly verb: 'delete' | 'restart'; readonly targets: readonly ObjectReference[] }
  | { readonly verb: 'label' | 'annotate'; readonly targets: readonly ValuesTarget[] }
  | { readonly verb: 'scale'; readonly targets: readonly (ObjectReference & { readonly replicas: number })[] };

/** What a file may bring to a cluster that lives already. */
export interface AppliedObjects {
  readonly namespaces: readonly NamespaceManifest[];
  readonly pods: readonly PodManifest[];
  readonly workloads: readonly WorkloadManifest[];
  readonly networkPolicies: readonly NetworkPolicyManifest[];
}

export interface ObjectReference {
  readonly kind: 'NetworkPolicy' | 'Namespace' | 'Pod' | WorkloadKind;
  /** `default` where none was written; that of a Namespace is itself. */
  readonly namespace: string;
  /** Of a Pod: its own name, or that of its workload. */
  readonly name: string;
  /** Of a Pod: the i-th replica of the workload. */
  readonly replica: number | null;
  readonly path: Path;
}

/** Labels or annotations. */
export interface ValuesTarget extends ObjectReference {
  /** By key; null takes it away. */
  readonly values: Readonly<Record<string, string | null>>;
  /** false: another value that is there is not replaced, as kubectl has it without `--overwrite`. A step replaces. */
  readonly overwrite?: boolean;
}
