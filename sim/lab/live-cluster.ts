/**
 * The cluster while it lives: steps and commands change it, one after the other. Pods that go are taken down first; then
 * the policies change; then new pods come up, and limits change.
 */
import type { ChangeRecord } from '../trace/record.ts';
import type { Cluster, ClusterChange } from '../plan/cluster/cluster.ts';
import { changeCluster, objectKey } from '../plan/cluster/cluster.ts';
import type { PodPlan } from '../plan/plan.ts';
import { forgetConnections } from './connections.ts';
import type { PodEndpoint } from './endpoint.ts';
import { mapChanges } from './dataplane.ts';
import { forgetFlows } from './flow-sets.ts';
import type { Lab } from './lab.ts';
import { changeLimits } from './limits.ts';
import type { Pod } from './pod.ts';
import { withdrawRouted } from './routed-slaves.ts';
import type { Topology } from './topology.ts';
import { bringUp, recordPod } from './topology.ts';
import { endpointDirectionKey } from '../../dataplane/bpf/policy-map.ts';

/** Who asked for a change. */
export interface Asked {
  /** Index of the step; null for a command. */
  readonly step: number | null;
  /** For people: `apply default/test-ipvlan`. */
  readonly what: string;
}

export interface LiveClusterEvents {
  /** What was counted until now belongs to the cluster of before. */
  readonly beforeChange: () => void;
  /** A pod is about to go: nothing may run in its namespace any more. */
  readonly beforeGone: (party: string) => void;
  /** All of a change is in force. */
  readonly afterChange: () => void;
}

export class LiveCluster {
  readonly #lab: Lab;
  readonly #topology: Topology;
  readonly #events: LiveClusterEvents;
  readonly #signal: AbortSignal;
  #cluster: Cluster;
  /** Changes come one after the other, whoever asks. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(lab: Lab, topology: Topology, events: LiveClusterEvents, signal: AbortSignal) {
    this.#lab = lab;
    this.#topology = topology;
    this.#events = events;
    this.#signal = signal;
    this.#cluster = topology.cluster;
  }

  get cluster(): Cluster {
    return this.#cluster;
  }

  /**
   * Resolves when the change is in force everywhere. A pod that cannot be built is `Failed`, and the rest goes on.
   * @throws ChangeRefused when something is not there; nothing has changed then
   * @throws SystemCallError
   */
  change(change: ClusterChange, asked: Asked): Promise<ChangeRecord> {
    const made = this.#last.then(() => this.#make(change, asked));
    this.#last = made.catch(() => undefined);
    return made;
  }

  async #make(change: ClusterChange, { step, what }: Asked): Promise<ChangeRecord> {
    const { clock } = this.#lab;
    const askedNs = clock.now();
    const before = this.#cluster;
    const after = changeCluster(before, change);
    this.#events.beforeChange();
    const changesBefore = mapChanges(this.#topology.dataplane);
    const created = change.createPods ?? [];
    const createdKeys = new Set(created.map(objectKey));
    for (const [key, pod] of before.pods) {
      if (!after.pods.has(key) || createdKeys.has(key)) await this.#takeDown(key, pod);
    }
    if (created.length > 0) this.#lab.exhaustion.makeRoom(this.#lab.plan, [...after.pods.values()]);
    for (const pod of created) recordPod(this.#lab, pod, 'Pending');
    this.#cluster = after;
    const times = await this.#topology.policies.enforce(after);
    await bringUp(this.#lab, this.#topology, created, true, this.#signal);
    for (const pod of [...(change.limitPods ?? []), ...(change.labelPods ?? [])]) {
      const plan = after.pods.get(objectKey(pod));
      const endpoint = plan === undefined ? undefined : this.#topology.endpoints.get(plan.endpointId);
      if (plan !== undefined && endpoint !== undefined) await this.#changeEndpoint(endpoint, plan);
    }
    const effectiveNs = change.limitPods === undefined ? times.effectiveNs : clock.now();
    const mapUpdates = mapChanges(this.#topology.dataplane) - changesBefore;
    const record: ChangeRecord = {
      type: 'change',
      t: clock.now(),
      step,
      what,
      change,
      askedNs,
      compiledNs: times.compiledNs,
      effectiveNs,
      mapUpdates,
      // A step tells by itself what it did.
      ...(step === null ? this.#lab.takeCommands() : {}),
    };
    this.#lab.record(record);
    this.#events.afterChange();
    return record;
  }

  async #changeEndpoint(endpoint: PodEndpoint, plan: PodPlan): Promise<void> {
    const { endpoints, dataplane, policies } = this.#topology;
    const replace = (changed: PodEndpoint): void => void endpoints.set(plan.endpointId, changed);
    const relabelled = { ...endpoint, plan: { ...plan, limits: endpoint.plan.limits } };
    replace(relabelled);
    await changeLimits({ lab: this.#lab, dataplane, policies, replace }, relabelled, plan.limits);
  }

  /** Its links first: whatever still holds the namespace open, the address is free. */
  async #takeDown(key: string, plan: PodPlan): Promise<void> {
    const { pods, failed } = this.#topology;
    recordPod(this.#lab, plan, 'Terminating');
    failed.delete(key);
    const pod = pods.get(key);
    if (pod !== undefined) {
      this.#events.beforeGone(key);
      this.#lab.parties.delete(key);
      this.#unplug(pod, plan);
      withdrawRouted(plan, this.#topology.nodes, this.#topology.hosts);
      await pod.undo[Symbol.asyncDispose]();
      pods.delete(key);
    }
    recordPod(this.#lab, plan, 'Deleted');
  }

  #unplug({ rtnetlink, slaves }: Pod, plan: PodPlan): void {
    const { dataplane, endpoints, policies } = this.#topology;
    const { endpointId } = plan;
    const endpoint = endpoints.get(endpointId);
    for (const slave of slaves) rtnetlink.deleteLink(slave);
    if (endpoint === undefined) return;
    if (endpoint.ifbIfindex !== null) rtnetlink.deleteLink(endpoint.ifbIfindex);
    policies.dismiss(endpoint);
    endpoints.delete(endpointId);
    for (const direction of ['ingress', 'egress'] as const) {
      dataplane.maps.limits.delete(endpointDirectionKey(endpointId, direction));
    }
    forgetFlows(dataplane.maps.flows, endpointId);
    forgetConnections(dataplane.maps.conntrack, plan);
  }
}
