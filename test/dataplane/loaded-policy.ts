/**
 * The loaded programs under the policies of a world: each pod with its own interface index, packets by BPF_PROG_TEST_RUN.
 * Thousands of packets a second: one look at the namespace for a whole batch of them.
 */
import { decodeCounters, decodeDropCount, decodeDropKey } from '../../dataplane/bpf/abi.generated.ts';
import { dropReasonName } from '../../dataplane/bpf/drop-reason.ts';
import { endpointEntry, type EndpointState } from '../../dataplane/bpf/endpoint-map.ts';
import type { MapEntry } from '../../dataplane/bpf/policy-map.ts';
import {
  COUNTERS_A_POD,
  addressEntry,
  directionName,
  identityEntry,
  linkEntry,
  policyEntry,
  reservedDrops,
} from '../../dataplane/bpf/policy-map.ts';
import { compilePolicy } from '../../dataplane/policy/compile/compile.ts';
import { endpointStates } from '../../dataplane/policy/compile/map-operations.ts';
import type { Direction, PolicyWorld } from '../../dataplane/policy/network-policy.ts';
import { type BpfObject, type LoadOptions, loadBpfObject } from '../../sim/linux/bpf.ts';
import { SystemCallError } from '../../sim/linux/errno.ts';
import { NetworkNamespace } from '../../sim/linux/namespace.ts';
import { Rtnetlink } from '../../sim/linux/rtnetlink.ts';
import { empty } from './empty.ts';
import { compileDataplane } from './object.ts';
import { encodeSkBuff } from './sk-buff.ts';

export interface HookRun {
  readonly endpointId: number;
  readonly way: Direction;
  readonly frame: Uint8Array;
}

export interface Accounts {
  readonly offeredPackets: number;
  readonly passedPackets: number;
  /** By `endpoint direction REASON`. */
  readonly dropped: ReadonlyMap<string, number>;
}

const FIRST_IFINDEX = 200;
const OF_POLICY = ['endpoints', 'addresses', 'links', 'identities', 'policy'];
const OF_PACKETS = ['conntrack', 'fragments', 'counters', 'discoveries', 'drops'];
const NOTHING = { policySet: 0, isolated: { ingress: false, egress: false } };

export class LoadedPolicy implements Disposable {
  readonly #object: BpfObject;
  readonly #namespace: NetworkNamespace;
  readonly #contexts: readonly Uint8Array[];
  #endpoints: readonly Omit<EndpointState, 'limited' | 'verifyAddresses'>[] = [];

  private constructor(object: BpfObject, namespace: NetworkNamespace, endpoints: number) {
    this.#object = object;
    this.#namespace = namespace;
    this.#contexts = Array.from({ length: endpoints }, (_, i) => encodeSkBuff({ ifindex: FIRST_IFINDEX + i }));
  }

  /** The programs of this tree, for endpoints 1 to `endpoints`. */
  static async load(endpoints: number, options: LoadOptions = {}): Promise<LoadedPolicy> {
    using file = await compileDataplane();
    return LoadedPolicy.ofObject(file.path, endpoints, options);
  }

  static ofObject(path: string, endpoints: number, options: LoadOptions = {}): LoadedPolicy {
    const counters = COUNTERS_A_POD * (endpoints + 1);
    const maxEntries = { endpoints: FIRST_IFINDEX + endpoints, counters, discoveries: counters, ...options.maxEntries };
    const object = loadBpfObject(path, { ...options, maxEntries });
    const namespace = NetworkNamespace.create();
    using links = Rtnetlink.open(namespace);
    for (let i = 0; i < endpoints; i += 2) {
      const ifindex = FIRST_IFINDEX + i;
      links.addLink({ kind: 'veth', name: `i${i}`, ifindex, peer: { name: `i${i + 1}`, ifindex: ifindex + 1 } });
    }
    return new LoadedPolicy(object, namespace, endpoints);
  }

  /** Forgets everything, and puts the world's policies in force. */
  enforce(world: PolicyWorld, verifyAddresses = false): void {
    this.clear();
    const compiled = compilePolicy(world);
    const states = endpointStates(compiled);
    for (const entry of compiled.identities) this.#put('identities', identityEntry(entry));
    for (const entry of compiled.entries) this.#put('policy', policyEntry(entry));
    this.#endpoints = world.pods.map(({ endpointId }) => ({ ...NOTHING, ...states.get(endpointId), endpointId }));
    this.verify(verifyAddresses);
    for (const { endpointId, addresses } of world.pods) {
      for (const address of addresses) this.#put('addresses', addressEntry(endpointId, address));
      for (const address of addresses.filter((one) => one.includes(':')))
        this.#put('links', linkEntry(endpointId, `${address}/64`));
    }
  }

  /** Whether an endpoint's addresses are asked about. */
  verify(verifyAddresses: boolean): void {
    const limited = { ingress: false, egress: false };
    for (const endpoint of this.#endpoints)
      this.#put('endpoints', endpointEntry(ifindexOf(endpoint.endpointId), { ...endpoint, limited, verifyAddresses }));
  }

  clear(): void {
    for (const name of OF_POLICY) this.forget(name);
    this.forgetPackets();
  }

  /** What packets leave behind: connections, fragments, counts. */
  forgetPackets(): void {
    for (const name of OF_PACKETS) this.forget(name);
    const drops = this.#object.map('drops');
    for (const key of reservedDrops()) drops.update(key, new Uint8Array(drops.cpus * drops.stride));
  }

  /** Empties one map. */
  forget(name: string): void {
    empty(this.#object.map(name));
  }

  /** How many entries a map has. */
  size(name: string): number {
    return [...this.#object.map(name).keys()].length;
  }

  /**
   * Whether each packet went on; null for one that this kernel runs no test on: newer ones want a whole IP header.
   * @throws Error for an outcome that no hook may have
   */
  run(runs: readonly HookRun[]): (boolean | null)[] {
    const hooks = { egress: this.#object.program('ipvlane_egress'), ingress: this.#object.program('ipvlane_ingress') };
    return this.#namespace.run(() =>
      runs.map(({ endpointId, way, frame }) => {
        const ctx = this.#contexts[endpointId - 1];
        if (ctx === undefined) throw new RangeError(`there is no endpoint ${endpointId}`);
        const retval = verdictOf(() => hooks[way].testRun({ data: frame, ctx }).retval, frame);
        if (retval === null) return null;
        if (retval !== 0 && retval !== 2) throw new Error(`${way} of endpoint ${endpointId} returned ${retval}`);
        return retval === 0;
      }),
    );
  }

  accounts(): Accounts {
    let [offeredPackets, passedPackets] = [0, 0];
    const counters = this.#object.map('counters');
    for (const [, value] of counters.entries()) {
      for (const each of perCpu(value, counters.stride).map(decodeCounters)) {
        offeredPackets += each.offeredPackets;
        passedPackets += each.passedPackets;
      }
    }
    const dropped = new Map<string, number>();
    const drops = this.#object.map('drops');
    for (const [bytes, value] of drops.entries()) {
      const { endpoint, direction, reason } = decodeDropKey(bytes);
      const packets = perCpu(value, drops.stride).reduce((sum, each) => sum + decodeDropCount(each).packets, 0);
      const name = `${endpoint} ${directionName(direction)} ${dropReasonName(reason)}`;
      if (packets > 0) dropped.set(name, (dropped.get(name) ?? 0) + packets);
    }
    return { offeredPackets, passedPackets, dropped };
  }

  /** Nanoseconds of one run, on average. */
  measure({ endpointId, way, frame }: HookRun, repeat: number): number {
    const run = { data: frame, ctx: this.#contexts[endpointId - 1]!, repeat };
    return this.#namespace.run(() => this.#object.program(`ipvlane_${way}`).testRun(run)).durationNs;
  }

  [Symbol.dispose](): void {
    this.#object[Symbol.dispose]();
    this.#namespace[Symbol.dispose]();
  }

  #put(map: string, { key, value }: MapEntry): void {
    this.#object.map(map).update(key, value);
  }
}

function verdictOf(run: () => number, frame: Uint8Array): number | null {
  try {
    return run();
  } catch (error) {
    const ip = { 0x0800: 20, 0x86dd: 40 }[(frame[12]! << 8) | frame[13]!];
    if (error instanceof SystemCallError && error.code === 'EINVAL' && ip !== undefined && frame.length < 14 + ip)
      return null;
    throw error;
  }
}

function ifindexOf(endpointId: number): number {
  return FIRST_IFINDEX + endpointId - 1;
}

function perCpu(value: Uint8Array, stride: number): Uint8Array[] {
  return Array.from({ length: value.length / stride }, (_, cpu) => value.subarray(cpu * stride, (cpu + 1) * stride));
}
