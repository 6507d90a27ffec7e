/**
 * The policies in force: compiled, in the maps, and what the oracle says of them. A change goes into the maps in the delta's
 * order, which never lets through what both versions deny, nor drops what both allow.
 */
import type { MapEntry } from '../../dataplane/bpf/policy-map.ts';
import type { EndpointState } from '../../dataplane/bpf/endpoint-map.ts';
import { epochEntry, identityEntry, policyEntry } from '../../dataplane/bpf/policy-map.ts';
import { EMPTY_POLICY, compilePolicy } from '../../dataplane/policy/compile/compile.ts';
import { entryCount } from '../../dataplane/policy/compile/compile-memo.ts';
import { policyDelta } from '../../dataplane/policy/compile/delta.ts';
import type {
  EndpointState as PolicyState,
  PolicyMapOperation,
} from '../../dataplane/policy/compile/map-operations.ts';
import { endpointStates } from '../../dataplane/policy/compile/map-operations.ts';
import type { Direction } from '../../dataplane/policy/network-policy.ts';
import type { Oracle } from '../../dataplane/policy/oracle.ts';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import type { CompiledPolicy } from '../../dataplane/policy/compile/policy-entries.ts';
import { synchronizeRcu } from '../linux/rcu.ts';
import type { Cluster } from '../plan/cluster/cluster.ts';
import { policyWorld } from '../plan/cluster/cluster.ts';
import { sleep } from './clock.ts';
import type { Dataplane } from './dataplane.ts';
import { addressEntries, linkEntries } from './dataplane.ts';
import { EndpointSlots, LONGEST_PROGRAM_NS } from './endpoint-slots.ts';
import type { PodEndpoint } from './endpoint.ts';
import type { Lab } from './lab.ts';
import { requireRoom } from './policy-room.ts';

const NOTHING_ISOLATES: PolicyState = { policySet: 0, isolated: { ingress: false, egress: false } };

/** When a change was compiled, and from when on no packet meets the policies of before; of the lab's clock. */
export interface PolicyTimes {
  readonly compiledNs: number;
  readonly effectiveNs: number;
}

export class PoliciesInForce {
  readonly #lab: Lab;
  readonly #dataplane: Dataplane;
  readonly #slots: EndpointSlots;
  /** By endpoint id: the pods that are built. */
  readonly #endpoints: ReadonlyMap<number, PodEndpoint>;
  #cluster: Cluster;
  /** What the `endpoints` map says of each endpoint, or will once its pod is admitted. */
  #states: ReadonlyMap<number, PolicyState> = new Map();
  #compiled: CompiledPolicy = EMPTY_POLICY;
  #oracle: Oracle | null = null;
  /** How often they were changed. */
  #epoch = 0;

  /**
   * Puts the policies of the beginning in force: before there is any pod, so nothing needs waiting for.
   * @param endpoints filled and kept by the caller: the pods that are built, by endpoint id
   * @param compiled the cluster's policies
   * @throws SystemCallError
   */
  constructor(
    lab: Lab,
    dataplane: Dataplane,
    cluster: Cluster,
    endpoints: ReadonlyMap<number, PodEndpoint>,
    compiled: CompiledPolicy,
  ) {
    this.#lab = lab;
    this.#dataplane = dataplane;
    this.#slots = new EndpointSlots(dataplane.maps.endpoints);
    this.#endpoints = endpoints;
    this.#cluster = cluster;
    const operations = this.#take(cluster, compiled);
    const begun = lab.clock.now();
    for (const operation of operations) this.#perform(operation);
    if (cluster.policies.size > 0) this.#record(begun);
  }

  /** The endpoint's entry in the maps, as it is now: for a new pod before its programs are attached. @throws SystemCallError */
  admit(endpoint: PodEndpoint): void {
    for (const { key, value } of addressEntries(endpoint.plan)) this.#dataplane.maps.addresses.update(key, value);
    for (const { key, value } of linkEntries(endpoint.plan)) this.#dataplane.maps.links.update(key, value);
    this.#putEndpoint(endpoint);
  }

  /** The pod's interfaces are gone: so is its entry. @throws SystemCallError */
  dismiss(endpoint: PodEndpoint): void {
    for (const ifindex of interfacesOf(endpoint)) this.#slots.remove(ifindex);
    for (const { key } of addressEntries(endpoint.plan)) this.#dataplane.maps.addresses.delete(key);
    for (const { key } of linkEntries(endpoint.plan)) this.#dataplane.maps.links.delete(key);
  }

  /** Whatever of the cluster is another than before: policies, labels, pods, namespaces. @throws SystemCallError */
  async enforce(cluster: Cluster): Promise<PolicyTimes> {
    const operations = this.#compile(cluster);
    const compiledNs = this.#lab.clock.now();
    const lastToMatter = operations.findLastIndex(({ do: what }) => !TIDIES[what]);
    let effectiveNs = compiledNs;
    for (const [index, operation] of operations.entries()) {
      if (operation.do === 'barrier' && index !== lastToMatter + 1) await this.#barrier();
      this.#perform(operation);
      if (index !== lastToMatter) continue;
      // Programs that looked before this update may still be giving the old verdict: the last wrong one is out when they ended.
      await this.#barrier();
      // Connections that were allowed are asked about again: who is silent does not keep them.
      await this.#beginEpoch();
      effectiveNs = this.#lab.clock.now();
    }
    if (operations.length > 0) this.#record(compiledNs);
    return { compiledNs, effectiveNs };
  }

  /** What should happen now to any packet. */
  get oracle(): Oracle {
    return (this.#oracle ??= prepareOracle(policyWorld(this.#cluster)));
  }

  /** `namespace/name` of the policies that isolate an endpoint in a direction, now. */
  isolatedBy(endpointId: number, direction: Direction): readonly string[] {
    const policySet = this.#compiled.endpoints.get(endpointId);
    return this.#compiled.sets.find((set) => set.policySet === policySet)?.isolatedBy[direction] ?? [];
  }

  #compile(cluster: Cluster): readonly PolicyMapOperation[] {
    return this.#take(cluster, compilePolicy(policyWorld(cluster), this.#compiled));
  }

  /** Takes the cluster for the one in force. @throws MachineError when its policies do not fit, and leaves the old one */
  #take(cluster: Cluster, compiled: CompiledPolicy): readonly PolicyMapOperation[] {
    const before = this.#compiled;
    const operations = policyDelta(before, compiled);
    requireRoom(before, operations, this.#dataplane.maps);
    this.#cluster = cluster;
    this.#compiled = compiled;
    this.#states = endpointStates(this.#compiled);
    this.#oracle = null;
    return operations;
  }

  async #beginEpoch(): Promise<void> {
    const { key, value } = epochEntry(++this.#epoch);
    this.#dataplane.maps.epoch.update(key, value);
    await this.#barrier();
  }

  async #barrier(): Promise<void> {
    if (!synchronizeRcu()) await sleep(LONGEST_PROGRAM_NS, new AbortController().signal);
    this.#slots.settled();
  }

  #perform(operation: PolicyMapOperation): void {
    const { maps } = this.#dataplane;
    switch (operation.do) {
      case 'put-identity':
        this.#put('identities', [identityEntry(operation)]);
        break;
      case 'delete-identity':
        maps.identities.delete(identityEntry({ prefix: operation.prefix, identity: 0 }).key);
        break;
      case 'put-entry':
        this.#put('policy', [policyEntry(operation.entry)]);
        break;
      case 'delete-entry':
        maps.policy.delete(policyEntry(operation.entry).key);
        break;
      case 'put-endpoint':
        this.#isolate(operation.endpointId, operation);
        break;
      case 'delete-endpoint':
        this.#isolate(operation.endpointId, NOTHING_ISOLATES);
        break;
      case 'barrier':
        break;
    }
  }

  #isolate(endpointId: number, policy: PolicyState): void {
    // A pod that is not built yet gets its entry when it is.
    const endpoint = this.#endpoints.get(endpointId);
    if (endpoint !== undefined) this.#putEndpoint(endpoint, policy);
  }

  #putEndpoint(endpoint: PodEndpoint, policy?: PolicyState): void {
    for (const ifindex of interfacesOf(endpoint)) this.#slots.put(ifindex, this.#stateOf(endpoint, policy));
  }

  #put(map: 'identities' | 'policy', entries: readonly MapEntry[]): void {
    for (const { key, value } of entries) this.#dataplane.maps[map].update(key, value);
  }

  #stateOf({ plan: { endpointId }, limited }: PodEndpoint, policy = this.#states.get(endpointId)): EndpointState {
    // As Cilium does by itself (--enable-source-ip-verification).
    const verifyAddresses = this.#lab.plan.dataplane?.verifyAddresses ?? true;
    return { endpointId, ...(policy ?? NOTHING_ISOLATES), limited, verifyAddresses };
  }

  #record(begun: number): void {
    const t = this.#lab.clock.now();
    this.#lab.record({
      type: 'policy',
      t,
      policies: [...this.#cluster.policies.keys()],
      rules: this.#compiled.rules,
      durationNs: t - begun,
      entries: entryCount(this.#compiled),
      identities: this.#compiled.identities.length,
    });
  }
}

/** Whether an operation of the end of a delta changes no verdict: what it takes away is no longer looked at. */
const TIDIES: Readonly<Record<PolicyMapOperation['do'], boolean>> = {
  barrier: true,
  'delete-identity': true,
  'delete-endpoint': true,
  'put-identity': false,
  'put-endpoint': false,
  'put-entry': false,
  'delete-entry': false,
};

/** Those that the programs hang on. */
function interfacesOf({ ifindex, ifbIfindex }: PodEndpoint): readonly number[] {
  return ifbIfindex === null ? [ifindex] : [ifindex, ifbIfindex];
}
