/** Party references of a Scenario to pods, hosts and nodes. */
import type { Absent, Collector } from '../../diagnostics/collector.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import { WORKLOAD_KINDS } from '../../manifest/manifests.ts';
import { addressForParty, type PartyReference } from '../../manifest/scenario/party.ts';
import { withoutPrefix } from '../ipam/address-of-cidr.ts';
import type { Where } from './cluster-planner.ts';
import { objectKey } from './cluster.ts';
import type { DeclaredPod } from '../pods/declared-pod.ts';
import { hintOfSlash, replicaHelp } from './party-hints.ts';
import {
  partyName,
  type HostPlan,
  type InterfacePlan,
  type MasterPlan,
  type NodePlan,
  type PartyPlan,
  type PodPlan,
} from '../plan.ts';

/** Of a machine outside: its only one. */
const HOST_INTERFACE = 'eth0';

/** A party with what a flow or probe needs of it. */
export interface Party {
  readonly plan: PartyPlan;
  readonly name: string;
  /** Text without prefix, in order of preference. */
  readonly addresses: readonly string[];
  /** null for hosts and nodes. */
  readonly pod: PodPlan | null;
  /** The pod's first interface; null for hosts and nodes. */
  readonly slave: InterfacePlan | null;
  /** Of a pod: Spiderpool's coordinator has a part in that interface. */
  readonly coordinated: boolean;
  /** The interfaces of a node; none of the others. */
  readonly masters: readonly MasterPlan[];
}

export class Parties {
  readonly nodes: readonly NodePlan[];
  readonly hosts: readonly HostPlan[];
  readonly #scenario: { readonly spanOf: Where };
  readonly #diagnostics: Collector;
  readonly #pods = new Map<string, Party>();
  readonly #workloads = new Map<string, Party[]>();
  readonly #kinds = new Map<string, Set<string>>();
  /** Grows as pods come. */
  readonly #coordinated: ReadonlySet<string>;
  readonly #machines = new Map<string, Party>();
  /** Declared, but without a network of their own. */
  readonly #hostNetwork = new Set<string>();
  /** Declared, but what is wrong with them is told already. */
  readonly #unplanned = new Set<string>();

  constructor(
    scenario: { readonly spanOf: Where },
    lab: {
      pods: readonly PodPlan[];
      /** Keys of the pods in whose first chain the coordinator is. */
      coordinated: ReadonlySet<string>;
      hosts: readonly HostPlan[];
      nodes: readonly NodePlan[];
      hostNetwork: readonly DeclaredPod[];
      unplanned: readonly DeclaredPod[];
    },
    diagnostics: Collector,
  ) {
    this.#scenario = scenario;
    this.#diagnostics = diagnostics;
    this.#coordinated = lab.coordinated;
    this.nodes = lab.nodes;
    this.hosts = lab.hosts;
    this.setPods(lab.pods);
    for (const { name, addresses } of lab.hosts) this.#addMachine({ kind: 'host', name }, addresses, []);
    for (const { name, masters } of lab.nodes) {
      this.#addMachine(
        { kind: 'node', name },
        masters.flatMap((master) => master.addresses),
        masters,
      );
    }
    for (const key of lab.hostNetwork.flatMap(keysOf)) this.#hostNetwork.add(key);
    for (const key of lab.unplanned.flatMap(keysOf)) this.#unplanned.add(key);
  }

  get pods(): readonly Party[] {
    return [...this.#pods.values()];
  }

  /** The pods that there are from now on. */
  setPods(pods: Iterable<PodPlan>): void {
    for (const map of [this.#pods, this.#workloads, this.#kinds]) map.clear();
    for (const pod of pods) this.#addPod(pod, this.#coordinated.has(objectKey(pod)));
  }

  /** All parties that the reference names; none, with a diagnostic, where it names nothing. */
  resolve(reference: PartyReference): readonly Party[] {
    if (reference.kind !== 'pod') return this.#resolveMachine(reference);
    const key = objectKey(reference);
    const pod = this.#pods.get(key);
    if (pod !== undefined && reference.replica === null) return [pod];
    const replicas = this.#workloads.get(key);
    if (replicas === undefined) return this.#unknown(reference, key);
    const kinds = this.#kinds.get(key);
    if (kinds !== undefined && kinds.size > 1) {
      return this.#wrong(
        'E419',
        reference,
        `${key} is the name of several workloads: ${[...kinds].sort().join(', ')}`,
        'name the pods themselves',
      );
    }
    if (reference.replica === null) return replicas;
    const replica = replicas[reference.replica];
    if (replica !== undefined || this.#unplanned.has(key)) return replica === undefined ? [] : [replica];
    return this.#wrong(
      'E305',
      reference,
      `${key} has ${replicas.length} replica${replicas.length === 1 ? '' : 's'}, so no [${reference.replica}]`,
      replicaHelp(reference.text.replace(/\[\d+\]$/, ''), replicas.length),
    );
  }

  /** As `resolve`, where several replicas make no sense: each must be named. */
  resolveOne(reference: PartyReference): readonly Party[] {
    const parties = this.resolve(reference);
    if (parties.length < 2) return parties;
    return this.#wrong(
      'E419',
      reference,
      `${reference.text} names ${parties.length} pods, and a flow has one at each end`,
      `name one replica, such as \`${reference.text}[0]\``,
    );
  }

  #addPod(pod: PodPlan, coordinated: boolean): void {
    const plan: PartyPlan = { kind: 'pod', namespace: pod.namespace, name: pod.name };
    const party: Party = {
      plan,
      name: partyName(plan),
      addresses: pod.interfaces.flatMap(({ addresses }) => addresses).map(withoutPrefix),
      pod,
      slave: pod.interfaces[0] ?? null,
      coordinated,
      masters: [],
    };
    this.#pods.set(objectKey(pod), party);
    if (pod.owner === null) return;
    const key = `${pod.namespace}/${pod.owner.name}`;
    const replicas = this.#workloads.get(key);
    if (replicas === undefined) this.#workloads.set(key, [party]);
    else replicas.push(party);
    this.#kinds.set(key, (this.#kinds.get(key) ?? new Set()).add(pod.owner.kind));
  }

  #addMachine(plan: PartyPlan, addresses: readonly string[], masters: readonly MasterPlan[]): void {
    const name = partyName(plan);
    const none = { pod: null, slave: null, coordinated: false };
    this.#machines.set(name, { plan, name, addresses: addresses.map(withoutPrefix), masters, ...none });
  }

  #resolveMachine(reference: Extract<PartyReference, { kind: 'host' | 'node' }>): readonly Party[] {
    const party = this.#machines.get(`${reference.kind}:${reference.name}`);
    if (party === undefined) {
      const names = [...this.#machines.keys()].filter((name) => name.startsWith(`${reference.kind}:`));
      return this.#wrong(
        reference.kind === 'host' ? 'E306' : 'E304',
        reference,
        `${reference.kind} ${reference.name} is not defined`,
        didYouMean(reference.text, names) ?? `add it to \`${reference.kind}s\` of the Scenario`,
      );
    }
    if (party.addresses.length > 0) return [party];
    return this.#wrong('E421', reference, `${reference.text} has no address`, `give it \`addresses\` in the Scenario`);
  }

  #unknown(reference: PartyReference, key: string): readonly Party[] {
    if (this.#unplanned.has(key)) return [];
    if (this.#hostNetwork.has(key)) {
      return this.#wrong(
        'E421',
        reference,
        `${key} has hostNetwork, so no network of its own`,
        'name another pod, or remove `hostNetwork`',
      );
    }
    const address = addressForParty(reference.text);
    if (address !== null) return this.#wrong('E305', reference, `${reference.text} ${address.what}`, address.help);
    const known = [...this.#pods.keys(), ...this.#workloads.keys()];
    const short = known.map((name) => (name.startsWith('default/') ? name.slice('default/'.length) : name));
    return this.#wrong(
      'E305',
      reference,
      `${reference.text} names no pod and no workload`,
      hintOfSlash(reference.text, short, false) ??
        didYouMean(reference.text, short) ??
        'write `[namespace/]pod`, `[namespace/]workload`, `workload[i]`, `host:NAME` or `node:NAME`',
      [{ kinds: ['Pod', ...WORKLOAD_KINDS], key }],
    );
  }

  #wrong(
    code: 'E304' | 'E305' | 'E306' | 'E419' | 'E421',
    { path }: PartyReference,
    message: string,
    help: string,
    absent?: readonly Absent[],
  ): readonly Party[] {
    this.#diagnostics.add(code, this.#scenario.spanOf(path), message, { help, absent });
    return [];
  }
}

/** What a reference may call a pod: itself, or its workload. */
function keysOf(pod: DeclaredPod): string[] {
  return pod.owner === null ? [objectKey(pod)] : [objectKey(pod), `${pod.namespace}/${pod.owner.name}`];
}

/** Name of the network interface of the party that has the address. */
export function interfaceOf({ pod, masters }: Party, address: string): string {
  const interfaces = [...(pod?.interfaces ?? []), ...masters];
  const owner = interfaces.find(({ addresses }) => addresses.some((cidr) => cidr.startsWith(`${address}/`)));
  return owner?.name ?? HOST_INTERFACE;
}

/** Every pair but a party with itself. Of one pod alone, the pod with itself: that is what was meant then. */
export function pairsOf(from: readonly Party[], to: readonly Party[]): (readonly [Party, Party])[] {
  const [own, ...others] = from;
  if (own?.pod != null && others.length === 0 && to.length === 1 && to[0] === own) return [[own, own]];
  return from.flatMap((a) => to.filter((b) => b !== a).map((b) => [a, b] as const));
}
