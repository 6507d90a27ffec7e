/**
 * What steps and commands ask for, as kubectl would do it: the objects they name found, new pods planned, and all of it as
 * one change of the cluster. What is wrong is a diagnostic at its place.
 */
import { bandwidthAnnotations } from '../../../dataplane/bandwidth/rate.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import type {
  AppliedObjects,
  ChangeRequest,
  ObjectReference,
  ValuesTarget,
} from '../../manifest/scenario/change-request.ts';
import type { ObjectOrigin } from '../../manifest/exported/cluster-fields.ts';
import { WORKLOAD_KINDS, type Path, type PodManifest, type WorkloadManifest } from '../../manifest/manifests.ts';
import { warnAboveWire, type WireOfPods } from '../network/above-wire.ts';
import { withoutPrefix } from '../ipam/address-of-cidr.ts';
import { ChangeDraft } from './change-draft.ts';
import { objectKey } from './cluster.ts';
import { declarationSpan, type DeclaredPod } from '../pods/declared-pod.ts';
import { refuseIngress } from '../network/enforcement.ts';
import { warnOfIdleLimits, warnOfIdleValues } from '../limit-words/limit-words.ts';
import { readLimits, UNLIMITED } from '../pods/limits.ts';
import { networkPolicy } from '../network/network-policy.ts';
import { replicaHelp } from './party-hints.ts';
import type { PodPlanner } from '../pods/pod-planner.ts';
import type { PodPlan, UnderlayPlan } from '../plan.ts';
import { hasTemplateOf, workloadKey, workloadOf } from './planned-cluster.ts';
import type { PlannedCluster, Resolved, Workload } from './planned-cluster.ts';
import { barePod, declareReplicas, isHalted, replicaCount, upTo, warnOfHalt } from '../pods/replicas.ts';
import { undoAll, undoOfSet, type Undo } from './undo.ts';

/** Where a value of the request was written; undefined: on a command line. */
export type Where = (path: Path) => Span | undefined;

/** What a request does not say itself. */
export interface Asking {
  readonly where: Where;
  /** As it is then. */
  readonly underlay: UnderlayPlan;
}

export class ClusterPlanner {
  readonly #pods: PodPlanner;
  /** Names of pods that there were or are. */
  readonly #names: Set<string>;

  constructor(pods: PodPlanner, names: Set<string>) {
    this.#pods = pods;
    this.#names = names;
  }

  /** Names and addresses that are given out from now on may come to nothing. */
  mark(): Undo {
    return undoAll(this.#pods.mark(), undoOfSet(this.#names));
  }

  /** What `request` comes to in a cluster that stands like `before`, which stays as it is. */
  resolve(before: PlannedCluster, request: ChangeRequest, asking: Asking, diagnostics: Collector): Resolved {
    const one = new OneRequest(before, this.#pods, this.#names, asking, diagnostics);
    return one.resolve(request);
  }
}

class OneRequest {
  readonly #before: PlannedCluster;
  readonly #pods: PodPlanner;
  readonly #names: Set<string>;
  readonly #where: Where;
  readonly #underlay: UnderlayPlan;
  readonly #diagnostics: Collector;
  readonly #draft: ChangeDraft;
  /** By key: pods that this change has taken away. */
  readonly #removed = new Map<string, PodPlan>();

  constructor(
    before: PlannedCluster,
    pods: PodPlanner,
    names: Set<string>,
    { where, underlay }: Asking,
    diagnostics: Collector,
  ) {
    this.#before = before;
    this.#pods = pods;
    this.#names = names;
    this.#where = where;
    this.#underlay = underlay;
    this.#diagnostics = diagnostics;
    this.#draft = new ChangeDraft(before);
  }

  resolve(request: ChangeRequest): Resolved {
    switch (request.verb) {
      case 'apply':
        this.#apply(request.objects);
        break;
      case 'delete':
        for (const target of request.targets) this.#delete(target);
        break;
      case 'restart':
        for (const target of request.targets) this.#restart(target);
        break;
      case 'label':
        for (const target of request.targets) this.#label(target);
        break;
      case 'annotate':
        for (const target of request.targets) this.#annotate(target);
        break;
      case 'scale':
        for (const target of request.targets) {
          const workload = this.#workloadNamed(target);
          if (workload !== null) this.#scale(workload, target.replicas);
        }
        break;
    }
    return this.#draft.resolved();
  }

  #apply(objects: AppliedObjects): void {
    const { namespaces, pods, workloads, networkPolicies } = objects;
    warnOfIdleLimits(objects, this.#diagnostics);
    for (const manifest of namespaces) {
      this.#pods.ground.namespaces.set(manifest.name, { labels: manifest.labels, manifest });
      this.#draft.setNamespace(manifest.name, manifest.labels);
    }
    // Whoever has a controller is made by it: the one of an export does not outlive it.
    const isOwned = ({ origin }: { origin: ObjectOrigin }) => origin.controller !== null;
    for (const manifest of [...pods, ...workloads].filter(isOwned)) this.#leaveToOwner(manifest);
    for (const manifest of pods.filter((one) => !isOwned(one))) this.#applyPod(barePod(manifest));
    for (const manifest of workloads.filter((one) => !isOwned(one))) this.#applyWorkload(manifest);
    for (const manifest of networkPolicies) this.#draft.applyPolicy(networkPolicy(manifest, this.#diagnostics));
  }

  #leaveToOwner({ kind, namespace, name, origin, spanOf }: PodManifest | WorkloadManifest): void {
    const { controller } = origin;
    if (controller === null) return;
    this.#diagnostics.add(
      'W437',
      spanOf(['metadata', 'ownerReferences']),
      `${kind} ${namespace}/${name} is not applied: its owner ${controller.kind} ${controller.name} makes its own`,
      { help: 'remove `ownerReferences` to have it for itself' },
    );
  }

  #applyPod(pod: DeclaredPod): void {
    const present = this.#draft.declared(objectKey(pod));
    if (present === undefined) {
      this.#names.add(pod.name);
      this.#create([pod]);
    } else if (present.owner !== null || JSON.stringify(present.spec) !== JSON.stringify(pod.spec)) {
      this.#diagnostics.add('E313', declarationSpan(pod), `pod ${objectKey(pod)} is there already, with another spec`, {
        help: 'delete it first: the spec of a pod that runs cannot be changed',
      });
    } else {
      this.#draft.label(objectKey(pod), pod.labels);
      this.#limit(pod, (annotation) => pod.source.spanOf(['metadata', 'annotations', annotation]));
    }
  }

  /** Another template makes other pods, all at once; another number of replicas more or fewer of them. */
  #applyWorkload(manifest: WorkloadManifest): void {
    const present = this.#draft.workload(workloadKey(manifest));
    if (manifest.kind === 'Deployment' && manifest.spec.haltedPath !== null && present !== undefined) {
      this.#applyPaused(manifest, present);
      return;
    }
    const count = replicaCount(manifest, this.#pods.ground.nodes);
    warnOfHalt(manifest, this.#diagnostics);
    if (present !== undefined && hasTemplateOf(present, manifest)) {
      this.#scale({ ...present, manifest: continued(present.manifest, manifest) }, count);
      return;
    }
    for (const key of present?.pods ?? []) this.#remove(key);
    this.#draft.setWorkload(workloadOf(manifest, this.#createReplicas(manifest, upTo(count))));
  }

  /** No new template is rolled out, and what is there is scaled (`syncDeployment`). */
  #applyPaused(manifest: WorkloadManifest, present: Workload): void {
    if (!hasTemplateOf(present, manifest)) {
      this.#diagnostics.add(
        'W452',
        manifest.keySpanOf(manifest.spec.haltedPath ?? []),
        `Deployment ${objectKey(manifest)} is paused: its new template is not rolled out`,
        { help: 'apply it without `paused` to have it rolled out' },
      );
    }
    this.#scale(present, manifest.spec.replicas ?? 1);
  }

  #delete(target: ObjectReference): void {
    switch (target.kind) {
      case 'NetworkPolicy':
        this.#deletePolicy(target);
        break;
      case 'Namespace':
        if (this.#isNamespace(target, 'delete')) this.#deleteNamespace(target.name);
        break;
      case 'Pod':
        for (const key of this.#podsNamed(target)) this.#deletePod(key);
        break;
      case 'Deployment':
      case 'ReplicaSet':
      case 'ReplicationController':
      case 'StatefulSet':
      case 'DaemonSet':
      case 'Job':
      case 'CronJob':
        this.#deleteWorkload(target);
        break;
    }
  }

  #deleteWorkload(target: ObjectReference): void {
    const workload = this.#workloadNamed(target);
    if (workload === null) return;
    for (const key of workload.pods) this.#remove(key);
    this.#draft.deleteWorkload(workloadKey(target));
  }

  #deletePolicy(target: ObjectReference): void {
    const { policies } = this.#before.cluster;
    const key = objectKey(target);
    if (policies.has(key)) {
      this.#draft.deletePolicy(target);
      return;
    }
    const known = [...policies.keys()].sort();
    this.#diagnostics.add('E310', this.#where(target.path), `no NetworkPolicy ${key} is in force at this step`, {
      absent: [{ kinds: ['NetworkPolicy'], key }],
      help:
        didYouMean(key, known) ??
        (known.length === 0 ? 'apply one before' : `in force: ${known.slice(0, 5).join(', ')}`),
    });
  }

  #deleteNamespace(name: string): void {
    for (const [key, pod] of this.#before.declared) if (pod.namespace === name) this.#remove(key, 'with its namespace');
    for (const [key, { manifest }] of this.#before.workloads) {
      if (manifest.namespace === name) this.#draft.deleteWorkload(key);
    }
    this.#draft.deleteNamespace(name);
  }

  /** The controller makes another one in its place. */
  #deletePod(key: string): void {
    const pod = this.#draft.declared(key);
    this.#remove(key);
    if (pod?.owner == null) return;
    const { kind, name } = pod.owner;
    const workload = this.#draft.workload(workloadKey({ kind, namespace: pod.namespace, name }));
    if (workload === undefined) return;
    const [replacement] = this.#createReplicas(workload.manifest, [pod.replica]);
    const pods = workload.pods.flatMap((one) =>
      one !== key ? [one] : replacement === undefined ? [] : [objectKey(replacement)],
    );
    this.#draft.setWorkload({ ...workload, pods });
  }

  /** Controllers make others in their place; of a pod that is nobody's another one of its name is made, as it stands. */
  #restart(target: ObjectReference): void {
    const keys = target.kind === 'Pod' ? this.#podsNamed(target) : (this.#workloadNamed(target)?.pods ?? []);
    for (const key of keys) {
      const pod = this.#draft.declared(key);
      const labels = this.#draft.pod(key)?.labels;
      if (pod === undefined || labels === undefined) continue;
      this.#deletePod(key);
      if (pod.owner === null) this.#create([{ ...pod, labels, had: null }]);
    }
  }

  #label(target: ValuesTarget): void {
    this.#warnOfIdleValues('labels', target);
    if (target.kind === 'Namespace') {
      if (!this.#isNamespace(target, 'label')) return;
      const { namespaces } = this.#before.cluster;
      const had = namespaces.get(target.name) ?? {};
      if (this.#isTaken(target, had, `namespace ${target.name}`)) return;
      const labels = merged(had, target.values);
      this.#pods.ground.namespaces.set(target.name, {
        labels,
        manifest: this.#pods.ground.namespaces.get(target.name)?.manifest ?? null,
      });
      this.#draft.setNamespace(target.name, labels);
      return;
    }
    const workload = target.kind === 'Pod' ? undefined : this.#workloadNamed(target);
    if (workload === null) return;
    if (workload !== undefined) {
      if (this.#isTaken(target, workload.manifest.spec.template.labels, workloadKey(workload.manifest))) return;
      this.#draft.setWorkload(withTemplate(workload, ({ labels }) => ({ labels: merged(labels, target.values) })));
    }
    for (const key of workload?.pods ?? this.#podsNamed(target)) {
      const labels = this.#draft.pod(key)?.labels;
      if (labels === undefined || this.#isTaken(target, labels, `pod ${key}`)) continue;
      this.#draft.label(key, merged(labels, target.values));
    }
  }

  #annotate(target: ValuesTarget): void {
    const spanOf = this.#spanOfValue('annotations', target);
    const told = this.#warnOfIdleValues('annotations', target);
    for (const key of Object.keys(target.values)) {
      if (BANDWIDTH.has(key) || told.has(key)) continue;
      this.#diagnostics.add('W409', spanOf(key), `annotation ${key} changes nothing at a pod that runs`, {
        help: `the lab acts at once on ${[...BANDWIDTH].join(' and ')}`,
      });
    }
    const workload = target.kind === 'Pod' ? undefined : this.#workloadNamed(target);
    if (workload === null) return;
    if (workload !== undefined) {
      if (this.#isTaken(target, workload.manifest.spec.template.annotations, workloadKey(workload.manifest))) return;
      const annotated = ({ annotations }: { annotations: Labels }) => ({
        annotations: merged(annotations, target.values),
      });
      this.#draft.setWorkload(withTemplate(workload, annotated));
    }
    for (const key of workload?.pods ?? this.#podsNamed(target)) {
      const pod = this.#draft.declared(key);
      if (pod === undefined || this.#isTaken(target, pod.annotations, `pod ${key}`)) continue;
      this.#limit({ ...pod, annotations: merged(pod.annotations, target.values) }, spanOf);
    }
  }

  /** Whether another value that is there stands in the way of one. */
  #isTaken({ values, overwrite = true, path }: ValuesTarget, had: Labels, of: string): boolean {
    const taken = Object.entries(values).flatMap(([key, value]) => {
      const there = Object.hasOwn(had, key) ? had[key] : undefined;
      return value === null || there === undefined || there === value ? [] : [`${key}=${there}`];
    });
    if (overwrite || taken.length === 0) return false;
    const help = 'write --overwrite to replace what is there';
    this.#diagnostics.add('E316', this.#where(path), `${of} has ${taken.join(' and ')} already`, { help });
    return true;
  }

  #spanOfValue(list: 'annotations' | 'labels', { path }: ValuesTarget): (key: string) => Span | undefined {
    return (key) => this.#where([...path.slice(0, -1), list, key]);
  }

  #warnOfIdleValues(list: 'annotations' | 'labels', target: ValuesTarget): ReadonlySet<string> {
    const entries = Object.entries(target.values).filter((entry): entry is [string, string] => entry[1] !== null);
    const set = Object.fromEntries(entries);
    const of = target.kind === 'Namespace' ? 'namespace' : 'pod';
    return warnOfIdleValues({ list, of }, set, this.#spanOfValue(list, target), this.#diagnostics);
  }

  /** The limits that a pod's annotations ask for, where they differ from those it has. */
  #limit(pod: DeclaredPod, spanOf: (annotation: string) => Span | undefined): void {
    const key = objectKey(pod);
    const plan = this.#draft.pod(key);
    if (plan === undefined) return;
    const asked = readLimits(pod, this.#pods.ground.charge, this.#diagnostics, spanOf);
    this.#draft.setDeclared(pod);
    const limits = plan.enforced ? asked : UNLIMITED;
    if (!plan.enforced && (asked.ingressBps !== null || asked.egressBps !== null)) {
      this.#diagnostics.add('W401', spanOf(Object.keys(pod.annotations)[0] ?? ''), `${key} will not be limited`, {
        help: 'cilium-chaining takes no part in its CNI chain: nothing enforces limits there',
      });
    }
    if (limits.ingressBps !== null && plan.interfaces[0]?.mode === 'l3s') {
      refuseIngress('limit', key, spanOf(bandwidthAnnotations.ingress), this.#diagnostics);
    }
    if (limits.ingressBps === plan.limits.ingressBps && limits.egressBps === plan.limits.egressBps) return;
    warnAboveWire(
      [pod],
      this.#wireOf(() => plan),
      this.#diagnostics,
      (_, annotation) => spanOf(annotation),
    );
    this.#draft.limit(key, limits);
  }

  #wireOf(planned: WireOfPods['planned']): WireOfPods {
    const { masters } = this.#pods.ground;
    const nodes = [...masters].map(([name, { plans }]) => ({ name, masters: plans }));
    return { underlay: this.#underlay, nodes, planned };
  }

  #scale(workload: Workload, replicas: number): void {
    const { manifest, pods } = workload;
    for (const key of pods.slice(replicas)) this.#remove(key);
    const kept = pods.slice(0, replicas);
    const halted = replicas > kept.length && isHalted(manifest);
    if (halted) warnOfHalt(manifest, this.#diagnostics);
    const added = halted ? [] : this.#createReplicas(manifest, this.#missingReplicas(kept, replicas));
    this.#draft.setWorkload({ ...workload, pods: [...kept, ...added.map(objectKey)] });
  }

  /** Places that no pod has, the lowest first: an exported StatefulSet may lack one in the middle. */
  #missingReplicas(kept: readonly string[], replicas: number): number[] {
    const taken = new Set(kept.map((key) => this.#draft.declared(key)?.replica));
    const free: number[] = [];
    for (let i = 0; free.length < replicas - kept.length; i++) if (!taken.has(i)) free.push(i);
    return free;
  }

  #createReplicas(manifest: WorkloadManifest, places: readonly number[]): DeclaredPod[] {
    return this.#create(declareReplicas(manifest, places, this.#pods.ground.nodes, this.#names));
  }

  /** Those that could be planned. */
  #create(declared: readonly DeclaredPod[]): DeclaredPod[] {
    const plans = new Map<string, PodPlan>();
    const asked = declared.map((pod) => this.#keepingAddresses(pod));
    for (const plan of this.#pods.planLater(asked, this.#draft.present(), this.#diagnostics))
      plans.set(objectKey(plan), plan);
    warnAboveWire(
      declared,
      this.#wireOf((key) => plans.get(key)),
      this.#diagnostics,
    );
    return declared.filter((pod) => {
      const plan = plans.get(objectKey(pod));
      if (plan !== undefined) this.#draft.create(pod, plan);
      return plan !== undefined;
    });
  }

  /** A pod of a StatefulSet that comes in place of the one of its name has that one's addresses: Spiderpool's IPAM keeps them (`enableStatefulSet`). */
  #keepingAddresses(pod: DeclaredPod): DeclaredPod {
    const before = pod.owner?.kind === 'StatefulSet' ? this.#removed.get(objectKey(pod)) : undefined;
    if (before === undefined) return pod;
    // Other plugins give out another address.
    const interfaces = before.interfaces.map(({ name, network, addresses, pools }) => ({
      nic: name,
      network: network ?? '',
      ips: pools.length === 0 ? [] : addresses.map(withoutPrefix),
      mac: null,
    }));
    return { ...pod, had: { addresses: interfaces[0]?.ips ?? [], interfaces, problem: null, annotation: null } };
  }

  #remove(key: string, how: 'by itself' | 'with its namespace' = 'by itself'): void {
    const pod = this.#draft.declared(key);
    const plan = this.#draft.pod(key);
    if (pod === undefined || plan === undefined) return;
    this.#pods.release(plan);
    this.#removed.set(key, plan);
    this.#draft.remove(pod, how === 'by itself');
  }

  #isNamespace({ name, path }: ObjectReference, what: 'delete' | 'label'): boolean {
    const known = [...this.#before.cluster.namespaces.keys()];
    if (!known.includes(name)) {
      this.#diagnostics.add('E312', this.#where(path), `there is no namespace ${name} at this step`, {
        absent: [{ kinds: ['Namespace'], key: name }],
        help: didYouMean(name, known) ?? `there are ${known.join(', ')}`,
      });
      return false;
    }
    if (what === 'label' || name !== 'default') return true;
    this.#diagnostics.add('E312', this.#where(path), `namespace ${name} cannot be deleted`, {
      help: 'delete what is in it, object by object',
    });
    return false;
  }

  /** Keys of the pods that a reference means: of that name, or of the workload of that name. */
  #podsNamed({ namespace, name, replica, path }: ObjectReference): readonly string[] {
    const key = objectKey({ namespace, name });
    if (replica === null && this.#draft.pod(key) !== undefined) return [key];
    const owned = [...this.#before.workloads.values()].filter(({ manifest }) => objectKey(manifest) === key);
    const pods = owned.flatMap((workload) => workload.pods);
    const meant = replica === null ? pods : pods.slice(replica, replica + 1);
    if (meant.length > 0) return meant;
    const known = [...this.#before.cluster.pods.keys(), ...owned.map(({ manifest }) => objectKey(manifest))];
    const text = replica === null ? key : `${key}[${replica}]`;
    this.#diagnostics.add('E305', this.#where(path), `there is no pod ${text} at this step`, {
      absent: [{ kinds: ['Pod', ...WORKLOAD_KINDS], key }],
      help:
        replica !== null && pods.length > 0
          ? replicaHelp(name, pods.length)
          : (didYouMean(key, known) ?? 'name a pod, a workload, or a replica such as `test[0]`'),
    });
    return [];
  }

  #workloadNamed(target: ObjectReference): Workload | null {
    const workload = this.#draft.workload(workloadKey(target));
    if (workload !== undefined) return workload;
    const known = [...this.#before.workloads.keys()];
    this.#diagnostics.add('E305', this.#where(target.path), `there is no ${workloadKey(target)} at this step`, {
      absent: [{ kinds: [target.kind], key: objectKey(target) }],
      help:
        didYouMean(workloadKey(target), known) ??
        (known.length === 0 ? 'there is no workload at all' : `there are: ${known.slice(0, 5).join(', ')}`),
    });
    return null;
  }
}

/** The workload that is there, no longer or from now on halted. */
function continued(present: WorkloadManifest, applied: WorkloadManifest): WorkloadManifest {
  return { ...present, spec: { ...present.spec, haltedPath: applied.spec.haltedPath } };
}

type Labels = Readonly<Record<string, string>>;

const BANDWIDTH: ReadonlySet<string> = new Set(Object.values(bandwidthAnnotations));

/** As kubectl does: null takes a key away. */
function merged(before: Labels, values: Readonly<Record<string, string | null>>): Labels {
  const after = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(values)) {
    if (value !== null) after.set(key, value);
    else after.delete(key);
  }
  return Object.fromEntries(after);
}

function withTemplate(
  workload: Workload,
  change: (template: WorkloadManifest['spec']['template']) => Partial<WorkloadManifest['spec']['template']>,
): Workload {
  const { manifest } = workload;
  const template = { ...manifest.spec.template, ...change(manifest.spec.template) };
  return { ...workload, manifest: { ...manifest, spec: { ...manifest.spec, template } } };
}
