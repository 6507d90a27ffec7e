/**
 * The policies in force: compiled, in the maps, and what the oracle says of them. A change goes into the maps in the delta's
 * order, which never lets through what both versions deny, nor drops what both allow.
 */
import type { MapEntry } from '../../dataplane/bpf/policy-map.ts';
import { endpointEntry, identityEntry, policyEntry } from '../../dataplane/bpf/policy-map.ts';
import { EMPTY_POLICY, compilePolicy } from '../../dataplane/policy/compile.ts';

import { policyDelta } from '../../dataplane/policy/delta.ts';
import type { Direction, NetworkPolicy, PolicyWorld } from '../../dataplane/policy/network-policy.ts';
import type { Oracle } from '../../dataplane/policy/oracle.ts';
import { prepareOracle } from '../../dataplane/policy/oracle.ts';
import type { CompiledPolicy } from '../../dataplane/policy/policy-entries.ts';
import type { EndpointState, PolicyMapOperation } from '../../dataplane/policy/map-operations.ts';
import { endpointStates } from '../../dataplane/policy/map-operations.ts';
import type { Plan, PodPlan } from '../plan/plan.ts';
import { sleep } from './clock.ts';
import type { Dataplane } from './dataplane.ts';
import type { PodEndpoint } from './endpoint.ts';
import type { Lab } from './lab.ts';

/** A barrier waits until programs that began before it have ended; none runs longer than a fraction of this. */
const LONGEST_PROGRAM_NS = 20e6;

const NOTHING_ISOLATES: EndpointState = { policySet: 0, isolated: { ingress: false, egress: false } };

export class PoliciesInForce {
  readonly #lab: Lab;
  readonly #dataplane: Dataplane;
  readonly #endpoints = new Map<number, PodEndpoint>();
  readonly #policies: Map<string, NetworkPolicy>;
  /** What the `endpoints` map says of each endpoint, or will once its pod is admitted. */
  #states: ReadonlyMap<number, EndpointState> = new Map();
  #compiled: CompiledPolicy = EMPTY_POLICY;
  #oracle: Oracle | null = null;

  /** Puts the plan's own policies in force: before there is any pod, so nothing needs waiting for. @throws SystemCallError */
  constructor(lab: Lab, dataplane: Dataplane) {
    this.#lab = lab;
    this.#dataplane = dataplane;
    this.#policies = new Map(lab.plan.policies.map((policy) => [nameOf(policy), policy]));
    const operations = this.#compile();
    const begun = lab.clock.now();
    for (const operation of operations) this.#perform(operation);
    if (this.#policies.size > 0) this.#record(begun);
  }

  /** A new pod comes under the policies. Before its programs are attached. @throws SystemCallError */
  admit(endpoint: PodEndpoint): void {
    this.#endpoints.set(endpoint.plan.endpointId, endpoint);
    this.#put('endpoints', this.entriesOf(endpoint));
  }

  /** Adds policies, or changes those of the same name. @throws SystemCallError */
  async apply(policies: readonly NetworkPolicy[]): Promise<void> {
    for (const policy of policies) this.#policies.set(nameOf(policy), policy);
    await this.#change();
  }

  /** @throws Error when one of them is not in force; the others are taken out nevertheless. */
  async delete(policies: readonly { readonly namespace: string; readonly name: string }[]): Promise<void> {
    const missing = policies.map(nameOf).filter((name) => !this.#policies.delete(name));
    await this.#change();
    if (missing.length > 0) throw new Error(`NetworkPolicy ${missing.join(', ')}: not in force, so nothing to delete`);
  }

  /** What should happen now to any packet. */
  get oracle(): Oracle {
    return (this.#oracle ??= prepareOracle(policyWorld(this.#lab.plan, [...this.#policies.values()])));
  }

  /** `namespace/name` of the policies that isolate an endpoint in a direction, now. */
  isolatedBy(endpointId: number, direction: Direction): readonly string[] {
    const policySet = this.#compiled.endpoints.get(endpointId);
    return this.#compiled.sets.find((set) => set.policySet === policySet)?.isolatedBy[direction] ?? [];
  }

  /** What the `endpoints` map holds for a pod now: one entry an interface that the programs hang on. */
  entriesOf(endpoint: PodEndpoint): readonly MapEntry[] {
    return endpointEntries(endpoint, this.#states.get(endpoint.plan.endpointId) ?? NOTHING_ISOLATES);
  }

  async #change(): Promise<void> {
    const operations = this.#compile();
    const begun = this.#lab.clock.now();
    for (const operation of operations) {
      if (operation.do === 'barrier') await sleep(LONGEST_PROGRAM_NS, new AbortController().signal);
      else this.#perform(operation);
    }
    this.#record(begun);
  }

  #compile(): readonly PolicyMapOperation[] {
    const before = this.#compiled;
    this.#compiled = compilePolicy(policyWorld(this.#lab.plan, [...this.#policies.values()]), before);
    this.#states = endpointStates(this.#compiled);
    this.#oracle = null;
    return policyDelta(before, this.#compiled);
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
        this.#putEndpoint(operation.endpointId, operation);
        break;
      case 'delete-endpoint':
        this.#putEndpoint(operation.endpointId, NOTHING_ISOLATES);
        break;
      case 'barrier':
        break;
    }
  }

  #putEndpoint(endpointId: number, state: EndpointState): void {
    // A pod that is not built yet gets its entry when it is.
    const endpoint = this.#endpoints.get(endpointId);
    if (endpoint !== undefined) this.#put('endpoints', endpointEntries(endpoint, state));
  }

  #put(map: 'endpoints' | 'identities' | 'policy', entries: readonly MapEntry[]): void {
    for (const { key, value } of entries) this.#dataplane.maps[map].update(key, value);
  }

  #record(begun: number): void {
    const t = this.#lab.clock.now();
    this.#lab.record({
      type: 'policy',
      t,
      policies: [...this.#policies.keys()],
      rules: this.#compiled.rules,
      durationNs: t - begun,
      entries: this.#compiled.entries.length,
      identities: this.#compiled.identities.length,
    });
  }
}

/** The plan's pods and namespaces as the policy engine knows them. */
export function policyWorld(plan: Plan, policies: readonly NetworkPolicy[]): PolicyWorld {
  return { namespaces: plan.namespaces, pods: plan.pods.map(policyPod), policies };
}

function policyPod(pod: PodPlan): PolicyWorld['pods'][number] {
  const { endpointId, namespace, name, labels, ports, enforced } = pod;
  // Policies speak of a pod's first interface, the cluster's network; further ones are none of theirs.
  const addresses = (pod.interfaces[0]?.addresses ?? []).map((address) => address.replace(/\/\d+$/, ''));
  return { endpointId, namespace, name, labels, addresses, ports, policed: enforced };
}

function endpointEntries({ plan, ifindex, ifbIfindex }: PodEndpoint, state: EndpointState): readonly MapEntry[] {
  const { endpointId, limits } = plan;
  const whole = {
    endpointId,
    policySet: state.policySet,
    isolated: state.isolated,
    limited: { ingress: limits.ingressBps !== null, egress: limits.egressBps !== null },
    // ipvlan itself lets a pod send from any address, and what a scenario measures is what ipvlan does.
    verifySource: false,
  };
  return (ifbIfindex === null ? [ifindex] : [ifindex, ifbIfindex]).map((index) => endpointEntry(index, whole));
}

function nameOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
