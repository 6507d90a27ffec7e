/** A change of the cluster in the making: what is asked for so far, and how the cluster would stand with it. */
import type { NetworkPolicy } from '../../../dataplane/policy/network-policy.ts';
import { objectKey } from './cluster.ts';
import type { ClusterChange, ObjectName } from './cluster.ts';
import type { DeclaredPod } from '../pods/declared-pod.ts';
import type { LimitsPlan, PodPlan } from '../plan.ts';
import { workloadKey } from './planned-cluster.ts';
import type { PlannedCluster, Resolved, Workload } from './planned-cluster.ts';
import type { PresentPod } from '../pods/pod-planner.ts';

type Labels = Readonly<Record<string, string>>;

export class ChangeDraft {
  readonly #before: PlannedCluster;
  readonly #policies = new Map<string, NetworkPolicy | null>();
  readonly #namespaces = new Map<string, Labels | null>();
  readonly #created = new Map<string, PodPlan>();
  readonly #deleted = new Map<string, ObjectName>();
  /** Gone with their namespace, which the change names. */
  readonly #swept = new Set<string>();
  readonly #labels = new Map<string, Labels>();
  readonly #limits = new Map<string, LimitsPlan>();
  readonly #declared = new Map<string, DeclaredPod | null>();
  readonly #workloads = new Map<string, Workload | null>();

  constructor(before: PlannedCluster) {
    this.#before = before;
  }

  declared(key: string): DeclaredPod | undefined {
    return (this.#declared.has(key) ? this.#declared.get(key) : this.#before.declared.get(key)) ?? undefined;
  }

  /** As it would stand. */
  pod(key: string): PodPlan | undefined {
    const created = this.#created.get(key);
    const gone = this.#deleted.has(key) || this.#swept.has(key);
    const pod = created ?? (gone ? undefined : this.#before.cluster.pods.get(key));
    if (pod === undefined) return undefined;
    return { ...pod, labels: this.#labels.get(key) ?? pod.labels, limits: this.#limits.get(key) ?? pod.limits };
  }

  /** Every pod, as it would stand. */
  *present(): Generator<PresentPod> {
    for (const key of new Set([...this.#before.cluster.pods.keys(), ...this.#created.keys()])) {
      const [declared, plan] = [this.declared(key), this.pod(key)];
      if (declared !== undefined && plan !== undefined) yield { declared, plan };
    }
  }

  workload(key: string): Workload | undefined {
    return (this.#workloads.has(key) ? this.#workloads.get(key) : this.#before.workloads.get(key)) ?? undefined;
  }

  applyPolicy(policy: NetworkPolicy): void {
    this.#policies.set(objectKey(policy), policy);
  }

  deletePolicy(policy: ObjectName): void {
    this.#policies.set(objectKey(policy), null);
  }

  setNamespace(name: string, labels: Labels): void {
    this.#namespaces.set(name, labels);
  }

  deleteNamespace(name: string): void {
    this.#namespaces.set(name, null);
  }

  create(pod: DeclaredPod, plan: PodPlan): void {
    this.#created.set(objectKey(pod), plan);
    this.#declared.set(objectKey(pod), pod);
  }

  remove(pod: DeclaredPod, byItself: boolean): void {
    const { namespace, name } = pod;
    const key = objectKey(pod);
    if (byItself) this.#deleted.set(key, { namespace, name });
    else this.#swept.add(key);
    this.#declared.set(key, null);
    for (const map of [this.#created, this.#labels, this.#limits]) map.delete(key);
  }

  label(key: string, labels: Labels): void {
    this.#labels.set(key, labels);
  }

  limit(key: string, limits: LimitsPlan): void {
    this.#limits.set(key, limits);
  }

  setDeclared(pod: DeclaredPod): void {
    this.#declared.set(objectKey(pod), pod);
  }

  setWorkload(workload: Workload): void {
    this.#workloads.set(workloadKey(workload.manifest), workload);
  }

  deleteWorkload(key: string): void {
    this.#workloads.set(key, null);
  }

  resolved(): Resolved {
    const of = <T>(map: ReadonlyMap<string, T | null>): [string, T][] =>
      [...map].flatMap(([key, value]) => (value === null ? [] : [[key, value]]));
    const gone = (map: ReadonlyMap<string, unknown>): string[] =>
      [...map].flatMap(([key, value]) => (value === null ? [key] : []));
    const nameOf = (key: string): ObjectName => {
      const slash = key.indexOf('/');
      return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
    };
    const all = {
      applyPolicies: of(this.#policies).map(([, policy]) => policy),
      deletePolicies: gone(this.#policies).map(nameOf),
      setNamespaces: of(this.#namespaces).map(([name, labels]) => ({ name, labels })),
      deleteNamespaces: gone(this.#namespaces),
      createPods: [...this.#created.values()],
      deletePods: [...this.#deleted.values()],
      labelPods: [...this.#labels].map(([key, labels]) => ({ ...nameOf(key), labels })),
      limitPods: [...this.#limits].map(([key, limits]) => ({ ...nameOf(key), limits })),
    };
    const asked = Object.entries(all).filter(([, objects]) => objects.length > 0);
    const change: ClusterChange = Object.fromEntries(asked);
    return { change, declared: this.#declared, workloads: this.#workloads };
  }
}
