/**
 * Workloads to pods, as the controllers would: how many, and of which names and labels.
 *
 * Defaults: one replica; a StatefulSet counts from its start ordinal; a DaemonSet has one pod on each node it may run on;
 * a Job has `parallelism` pods, never more than `completions`; a CronJob is taken for one run of its Job. A Job or CronJob
 * that is suspended has none, nor has a Deployment that is paused before it has a ReplicaSet.
 */
import type { Collector } from '../../diagnostics/collector.ts';
import type { PodManifest, WorkloadManifest } from '../../manifest/manifests.ts';
import { MOST_PODS } from '../../manifest/objects/most-of-a-file.ts';
import { objectKey } from '../cluster/cluster.ts';
import { declarationSpan, type DeclaredPod } from './declared-pod.ts';
import type { Ownership } from '../exported/ownership.ts';
import { fnv32a, generatedName, templateHash } from './object-name.ts';
import { daemonNodesOf } from '../schedule/daemon.ts';
import type { SchedulableNode } from '../schedule/node.ts';

/**
 * All pods, ordered by namespace, then name of the pod or workload, then replica: the order of documents and files
 * plays no part in who gets which address.
 */
export function declarePods(
  { pods: present, workloads }: Ownership,
  nodes: readonly SchedulableNode[],
  diagnostics: Collector,
  taken: Set<string> = new Set(),
): DeclaredPod[] {
  const pods = present.slice(0, MOST_PODS);
  const [beyond] = present.slice(MOST_PODS);
  if (beyond !== undefined)
    diagnostics.add(
      'E424',
      declarationSpan(beyond),
      `${present.length} pods are written, and a lab holds ${MOST_PODS}`,
      {
        help: `leave out ${present.length - MOST_PODS} of them`,
      },
    );
  for (const { name } of pods) taken.add(name);
  const refused: { readonly workload: WorkloadManifest; readonly total: number }[] = [];
  const sorted = [...workloads].sort(({ manifest: a }, { manifest: b }) => order(a, b) || compare(a.kind, b.kind));
  for (const { manifest: workload, present: there } of sorted) {
    const count = replicaCount(workload, nodes);
    if (there !== null) {
      warnOfOtherCount(workload, count, there, nodes, diagnostics);
      continue;
    }
    if (pods.length + count > MOST_PODS) {
      refused.push({ workload, total: pods.length + count });
      continue;
    }
    if (warnOfHalt(workload, diagnostics)) continue;
    if (workload.kind === 'CronJob') {
      diagnostics.add(
        'W408',
        workload.spanOf(['metadata', 'name']),
        `CronJob ${workload.name} is taken for one run of its Job`,
      );
    }
    pods.push(...declareReplicas(workload, upTo(count), nodes, taken));
  }
  refuseMost(refused, diagnostics);
  refuseTwins(pods, diagnostics);
  return pods.sort((a, b) => compare(a.namespace, b.namespace) || compare(stem(a), stem(b)) || a.replica - b.replica);
}

/** Once, at the first in the order of names: each of a hundred thousand says the same. */
function refuseMost(
  [first, ...others]: readonly { readonly workload: WorkloadManifest; readonly total: number }[],
  diagnostics: Collector,
): void {
  if (first === undefined) return;
  const { kind, name, spec, spanOf } = first.workload;
  const rest = others.length === 0 ? '' : `; ${others.length} more of the workloads do not fit either`;
  diagnostics.add(
    'E424',
    spanOf(spec.replicasPath),
    `${kind} ${name} brings the lab to ${first.total} pods, and it holds ${MOST_PODS}${rest}`,
    { help: others.length === 0 ? 'ask for fewer replicas' : 'ask for fewer replicas, or leave out workloads' },
  );
}

/** Places 0 to `count` - 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

export function barePod(pod: PodManifest): DeclaredPod {
  return {
    namespace: pod.namespace,
    name: pod.name,
    labels: pod.labels,
    annotations: pod.annotations,
    spec: pod.spec,
    owner: null,
    replica: 0,
    daemonNode: null,
    had: null,
    source: pod,
    path: [],
  };
}

/**
 * Whether a workload makes no pods whatever their number. The Job controller makes none for a Job that is suspended; the
 * Deployment controller makes no new ReplicaSet for one that is paused, and scales those that are there
 * (pkg/controller/deployment/sync.go).
 */
export function isHalted({ kind, spec }: WorkloadManifest): boolean {
  return spec.haltedPath !== null && (kind !== 'Deployment' || spec.templateHash === undefined);
}

/** Says so, and whether it does. */
export function warnOfHalt(workload: WorkloadManifest, diagnostics: Collector): boolean {
  const { kind, namespace, name, spec, keySpanOf } = workload;
  if (!isHalted(workload) || spec.haltedPath === null) return false;
  const how = kind === 'Deployment' ? 'paused, and has no ReplicaSet' : 'suspended';
  diagnostics.add('W451', keySpanOf(spec.haltedPath), `${kind} ${namespace}/${name} is ${how}: it makes no pods`, {
    help: `remove \`${String(spec.haltedPath.at(-1))}\` to have them`,
  });
  return true;
}

/** How many pods a workload asks for. */
export function replicaCount(workload: WorkloadManifest, nodes: readonly SchedulableNode[]): number {
  const { kind, spec } = workload;
  if (isHalted(workload)) return 0;
  switch (kind) {
    case 'DaemonSet':
      return daemonNodesOf(spec.template.spec, nodes).length;
    case 'Job':
    case 'CronJob':
      return Math.min(spec.replicas ?? 1, spec.completions ?? Number.POSITIVE_INFINITY);
    case 'Deployment':
    case 'ReplicaSet':
    case 'ReplicationController':
    case 'StatefulSet':
      return spec.replicas ?? 1;
  }
}

/** The pods of a workload at these places among its replicas. @param taken names of pods that there were or are; added to */
export function declareReplicas(
  workload: WorkloadManifest,
  places: readonly number[],
  nodes: readonly SchedulableNode[],
  taken: Set<string>,
): DeclaredPod[] {
  const { template, templatePath } = workload.spec;
  const daemonNodes = workload.kind === 'DaemonSet' ? daemonNodesOf(template.spec, nodes) : [];
  const naming = namingOf(workload, taken);
  return places.map((replica) => {
    const { name, labels } = naming(replica);
    return {
      namespace: workload.namespace,
      name,
      labels: { ...template.labels, ...labels },
      annotations: template.annotations,
      spec: template.spec,
      owner: { kind: workload.kind, name: workload.name },
      replica,
      daemonNode: daemonNodes[replica]?.name ?? null,
      had: null,
      source: workload,
      path: templatePath,
    };
  });
}

/** The pods that there were are the pods that there are, however many their owner asks for. */
function warnOfOtherCount(
  { kind, namespace, name, spec, spanOf }: WorkloadManifest,
  asked: number,
  present: number,
  nodes: readonly SchedulableNode[],
  diagnostics: Collector,
): void {
  // Pods of Jobs come and go, and where nobody described the nodes nobody knows how many a DaemonSet has.
  const counts =
    kind !== 'Job' &&
    kind !== 'CronJob' &&
    (kind !== 'DaemonSet' || nodes.every(({ describedBy }) => describedBy !== null));
  if (!counts || asked === present) return;
  diagnostics.add(
    'W432',
    kind === 'DaemonSet' ? spanOf(['metadata', 'name']) : spanOf(spec.replicasPath),
    `${kind} ${namespace}/${name} asks for ${asked} pod${asked === 1 ? '' : 's'}, and the cluster had ${present} when it was exported`,
    {
      help:
        present < asked
          ? 'the lab has those that there were; leave the pods out of the input to have all of them made'
          : 'the lab has all that there were; leave out those that are too many',
    },
  );
}

/** Name of the i-th pod, and the labels that the controller itself adds. */
function namingOf(
  workload: WorkloadManifest,
  taken: Set<string>,
): (replica: number) => { name: string; labels: Record<string, string> } {
  const { kind, name, namespace, spec } = workload;
  const generated = (base: string, replica: number) =>
    generatedName(base, `${namespace}/${kind}/${name}/${replica}`, taken);
  switch (kind) {
    case 'Deployment': {
      const hash = spec.templateHash ?? templateHash([namespace, name, spec.template]);
      return (i) => ({ name: generated(`${name}-${hash}`, i), labels: { 'pod-template-hash': hash } });
    }
    case 'StatefulSet':
      return (i) => {
        const ordinal = (spec.ordinalStart ?? 0) + i;
        const pod = `${name}-${ordinal}`;
        return {
          name: pod,
          labels: { 'statefulset.kubernetes.io/pod-name': pod, 'apps.kubernetes.io/pod-index': String(ordinal) },
        };
      };
    case 'Job':
      return (i) => ({ name: generated(name, i), labels: jobLabels(name) });
    case 'CronJob': {
      // A real one ends in the minutes since 1970; this one must not depend on the clock.
      const job = `${name}-${String(fnv32a(`${namespace}/${name}`) % 100_000_000).padStart(8, '0')}`;
      return (i) => ({ name: generated(job, i), labels: jobLabels(job) });
    }
    case 'DaemonSet':
    case 'ReplicaSet':
    case 'ReplicationController':
      return (i) => ({ name: generated(name, i), labels: {} });
  }
}

function jobLabels(job: string): Record<string, string> {
  return { 'batch.kubernetes.io/job-name': job, 'job-name': job };
}

/** A StatefulSet's `web-0` and a Pod `web-0` cannot both be. */
function refuseTwins(pods: readonly DeclaredPod[], diagnostics: Collector): void {
  const first = new Map<string, DeclaredPod>();
  for (const pod of pods) {
    const other = first.get(objectKey(pod));
    if (other === undefined) {
      first.set(objectKey(pod), pod);
      continue;
    }
    diagnostics.add('E303', declarationSpan(pod), `two pods are named ${objectKey(pod)}`, {
      help: 'rename one of them',
      related: [{ span: declarationSpan(other), message: 'first defined here' }],
    });
  }
}

function stem(pod: DeclaredPod): string {
  return pod.owner === null ? pod.name : `${pod.owner.name}\u0000${pod.owner.kind}`;
}

function order(a: WorkloadManifest, b: WorkloadManifest): number {
  return compare(a.namespace, b.namespace) || compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
