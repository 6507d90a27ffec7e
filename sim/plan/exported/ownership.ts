/**
 * Who of the pods is there already. An export of a cluster holds a Deployment, its ReplicaSets and their pods as objects of
 * one list: the pods are taken for those that there were, and their owners make no others.
 *
 * An owner is found by its reference (`controller: true`). Where the ReplicaSet or Job between a pod and its workload was not
 * exported, by the names that controllers give: `web-6d4cf56db6` with that hash as a label, `backup-29411520`.
 */
import type { Collector } from '../../diagnostics/collector.ts';
import type { PodManifest, WorkloadManifest } from '../../manifest/manifests.ts';
import { objectKey } from '../cluster/cluster.ts';
import type { DeclaredPod } from '../pods/declared-pod.ts';
import { barePod } from '../pods/replicas.ts';
import { hadBy } from './had.ts';

export interface Ownership {
  /** Written by themselves, or exported. */
  readonly pods: readonly DeclaredPod[];
  /** Workloads that no other one owns, as far as that is known. */
  readonly workloads: readonly OwnedWorkload[];
}

export interface OwnedWorkload {
  readonly manifest: WorkloadManifest;
  /** How many of its pods are there to stay; null: it makes them all. */
  readonly present: number | null;
}

interface Objects {
  readonly pods: readonly PodManifest[];
  readonly workloads: readonly WorkloadManifest[];
}

/** What has ended, and what never got to a node, is left out, with a warning. */
export function ownershipOf({ pods, workloads }: Objects, diagnostics: Collector): Ownership {
  const owners = new Owners(workloads);
  const alive = stillThere(pods, diagnostics);
  const roots = new Map(pods.map((pod) => [pod, owners.rootOf(pod)]));
  const staying = new Map<WorkloadManifest, number>();
  for (const [pod, root] of roots) {
    if (root === null) continue;
    const stays = alive.has(pod) && !pod.origin.terminating ? 1 : 0;
    staying.set(root, (staying.get(root) ?? 0) + stays);
  }
  // The Jobs of a CronJob are its runs: it starts no other.
  for (const workload of workloads) {
    const root = owners.rootOf(workload);
    if (workload.kind === 'Job' && root !== null && !staying.has(root)) staying.set(root, 0);
  }
  const families = familiesOf(workloads, roots, owners);
  const own = workloads.filter((workload) => owners.rootOf(workload) === null);
  warnOfEndedJobs(
    own.filter((workload) => workload.hasEnded && !staying.has(workload)),
    diagnostics,
  );
  return {
    pods: declared([...alive], roots),
    workloads: own.map((workload) => ({
      manifest: withHash(workload, families.get(workload)),
      present: staying.get(workload) ?? (workload.hasEnded ? 0 : null),
    })),
  };
}

/** Where the pods of one are given, it is these that are told of. */
function warnOfEndedJobs(ended: readonly WorkloadManifest[], diagnostics: Collector): void {
  const [first] = ended;
  if (first === undefined) return;
  const what =
    ended.length === 1
      ? `Job ${objectKey(first)} had ended by its status: it makes no pods`
      : `${ended.length} Jobs had ended by their status and make no pods: ${firstNames(ended.map(objectKey))}`;
  diagnostics.add('W451', first.keySpanOf(['status', 'conditions']), what, { help: 'remove `status` to have them' });
}

function firstNames(names: readonly string[]): string {
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

class Owners {
  readonly #workloads = new Map<string, WorkloadManifest>();

  constructor(workloads: readonly WorkloadManifest[]) {
    for (const one of workloads) this.#workloads.set(`${one.kind} ${objectKey(one)}`, one);
  }

  /** The workload at the end of the chain of owners; null for what none of the workloads owns. */
  rootOf(owned: PodManifest | WorkloadManifest): WorkloadManifest | null {
    if (owned.origin.controller === null) return null;
    let root: WorkloadManifest | null = null;
    const seen = new Set<unknown>();
    for (let next = this.#ownerOf(owned); next !== null && !seen.has(next); next = this.#ownerOf(next)) {
      seen.add(next);
      root = next;
    }
    return root;
  }

  #ownerOf({ namespace, origin, labels }: PodManifest | WorkloadManifest): WorkloadManifest | null {
    const { controller } = origin;
    if (controller === null) return null;
    const found = this.#workloads.get(`${controller.kind} ${namespace}/${controller.name}`);
    if (found !== undefined) {
      // Another one of that name, made later, is not the owner.
      return controller.uid === null || found.origin.uid === null || controller.uid === found.origin.uid ? found : null;
    }
    const above = aboveBy(controller, labels);
    return above === null ? null : (this.#workloads.get(`${above.kind} ${namespace}/${above.name}`) ?? null);
  }
}

/** Whose the ReplicaSet or Job is, by the name that its controller gave it. */
function aboveBy(
  { kind, name }: { readonly kind: string; readonly name: string },
  labels: Readonly<Record<string, string>>,
): { kind: 'Deployment' | 'CronJob'; name: string } | null {
  const hash = labels['pod-template-hash'] ?? '';
  if (kind === 'ReplicaSet' && hash !== '' && name.endsWith(`-${hash}`)) {
    return { kind: 'Deployment', name: name.slice(0, -hash.length - 1) };
  }
  const scheduled = kind === 'Job' ? /^(.+)-\d{8,10}$/.exec(name) : null;
  return scheduled?.[1] === undefined ? null : { kind: 'CronJob', name: scheduled[1] };
}

function hasEnded({ status }: PodManifest): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

function isLiving(pod: PodManifest): boolean {
  return !hasEnded(pod) && !pod.origin.terminating;
}

function stillThere(pods: readonly PodManifest[], diagnostics: Collector): Set<PodManifest> {
  const ended: PodManifest[] = [];
  const there = new Set<PodManifest>();
  const given = new Set(pods.filter(isLiving).flatMap(({ status }) => status?.addresses ?? []));
  for (const pod of pods) {
    const { status, origin, spec } = pod;
    const addresses = status?.addresses ?? [];
    // An address that another pod has already been given is no more its own.
    const hasNone = addresses.every((address) => given.has(address));
    if (hasEnded(pod) || (origin.terminating && hasNone)) {
      ended.push(pod);
    } else if (status?.phase === 'Pending' && (spec.nodeName ?? '') === '') {
      diagnostics.add(
        'W436',
        pod.spanOf(['status', 'phase']),
        `pod ${objectKey(pod)} is left out: it waited for a node when it was exported: ${status.unscheduled ?? 'no reason is told'}`,
        { help: 'remove its `status` to have it put on a node here' },
      );
    } else {
      there.add(pod);
    }
  }
  const [first] = ended;
  if (first !== undefined) {
    const names = firstNames(ended.map(objectKey));
    diagnostics.add(
      'W431',
      first.spanOf(first.status === null ? ['metadata', 'deletionTimestamp'] : ['status', 'phase']),
      `${ended.length === 1 ? 'a pod' : `${ended.length} pods`} had ended when the cluster was exported and ${ended.length === 1 ? 'is' : 'are'} left out: ${names}`,
    );
  }
  return there;
}

/** With the owner that people know, and the place among its pods. */
function declared(
  alive: readonly PodManifest[],
  roots: ReadonlyMap<PodManifest, WorkloadManifest | null>,
): DeclaredPod[] {
  const places = new Map<string, number>();
  return [...alive].sort(byOrdinal).map((pod) => {
    const had = hadBy(pod);
    if (had === null) return barePod(pod);
    const owner = ownerNamed(pod, roots.get(pod) ?? null);
    if (owner === null) return { ...barePod(pod), had };
    const key = `${owner.kind} ${pod.namespace}/${owner.name}`;
    const place = places.get(key) ?? 0;
    places.set(key, place + 1);
    const replica =
      owner.kind === 'StatefulSet' ? (ordinalOf(pod) ?? place) - (roots.get(pod)?.spec.ordinalStart ?? 0) : place;
    return { ...barePod(pod), owner, replica, had };
  });
}

function ownerNamed(
  { origin: { controller }, labels }: PodManifest,
  root: WorkloadManifest | null,
): DeclaredPod['owner'] {
  if (root !== null) return { kind: root.kind, name: root.name };
  // A static pod's controller is its node.
  if (controller === null || controller.kind === 'Node') return null;
  const { kind, name } = aboveBy(controller, labels) ?? controller;
  return { kind, name };
}

function ordinalOf({ name }: PodManifest): number | null {
  const ordinal = /-(\d+)$/.exec(name)?.[1];
  return ordinal === undefined ? null : Number(ordinal);
}

function byOrdinal(a: PodManifest, b: PodManifest): number {
  const ordinals = (ordinalOf(a) ?? 0) - (ordinalOf(b) ?? 0);
  return ordinals !== 0 && a.name.replace(/\d+$/, '') === b.name.replace(/\d+$/, '')
    ? ordinals
    : a.name < b.name
      ? -1
      : a.name > b.name
        ? 1
        : 0;
}

const REVISION = 'deployment.kubernetes.io/revision';

/** Who has a workload at the end of the chain of owners. */
interface Family {
  readonly replicaSets: WorkloadManifest[];
  readonly pods: PodManifest[];
}

function familiesOf(
  workloads: readonly WorkloadManifest[],
  roots: ReadonlyMap<PodManifest, WorkloadManifest | null>,
  owners: Owners,
): ReadonlyMap<WorkloadManifest, Family> {
  const families = new Map<WorkloadManifest, Family>();
  const familyOf = (root: WorkloadManifest): Family => {
    const family = families.get(root) ?? { replicaSets: [], pods: [] };
    families.set(root, family);
    return family;
  };
  for (const workload of workloads) {
    const root = workload.kind === 'ReplicaSet' ? owners.rootOf(workload) : null;
    if (root !== null) familyOf(root).replicaSets.push(workload);
  }
  for (const [pod, root] of roots) if (root !== null) familyOf(root).pods.push(pod);
  return families;
}

/**
 * A Deployment's next pods are of its newest ReplicaSet, and carry its hash. One that is paused makes no ReplicaSet of its
 * template: its next pods are of the one that has some (`FindActiveOrLatest`).
 */
function withHash(workload: WorkloadManifest, family: Family | undefined): WorkloadManifest {
  if (workload.kind !== 'Deployment' || family === undefined) return workload;
  const sets = family.replicaSets.toSorted(
    (a, b) => revisionOf(b) - revisionOf(a) || (b.spec.replicas ?? 0) - (a.spec.replicas ?? 0),
  );
  const paused = workload.spec.haltedPath !== null;
  const active = sets.filter(({ spec }) => (spec.replicas ?? 1) > 0);
  const set = (paused && active.length === 1 ? active : sets)[0];
  const templateHash = (set ?? family.pods[0])?.labels['pod-template-hash'];
  if (templateHash === undefined) return workload;
  const { template } = paused && set !== undefined ? set.spec : workload.spec;
  return { ...workload, spec: { ...workload.spec, template, templateHash } };
}

function revisionOf({ annotations }: WorkloadManifest): number {
  return Number(annotations[REVISION] ?? '0') || 0;
}
