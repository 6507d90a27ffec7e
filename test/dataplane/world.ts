/**
 * The loaded dataplane with two endpoints and no network: packets are given to the programs by BPF_PROG_TEST_RUN, as the
 * slave's clsact would give them. Interfaces are veths in a namespace of their own, because the kernel takes only the
 * ifindex of one that exists.
 */
import {
  type Counters,
  type DropKey,
  type DropReason,
  decodeCounters,
  decodeDropCount,
} from '../../dataplane/bpf/abi.generated.ts';
import { decodeConntrackEntry, decodeConntrackKey, decodeDropKey } from '../../dataplane/bpf/abi.generated.ts';
import { dropReasonName } from '../../dataplane/bpf/drop-reason.ts';
import {
  type MapEntry,
  addressEntry,
  broadcastEntry,
  directionName,
  countersKey,
  endpointDirectionKey,
  epochEntry,
  identityEntry,
  limitEntry,
  linkEntry,
  policyEntry,
} from '../../dataplane/bpf/policy-map.ts';
import { type EndpointState, endpointEntry } from '../../dataplane/bpf/endpoint-map.ts';
import type { Charge } from '../../dataplane/bandwidth/charge.ts';
import { type QueueBounds, fifo } from '../../dataplane/bpf/queue-bounds.ts';
import type { Direction } from '../../dataplane/policy/network-policy.ts';
import type { IdentityEntry, PolicyEntry } from '../../dataplane/policy/compile/policy-entries.ts';
import { type BpfObject, loadBpfObject } from '../../sim/linux/bpf.ts';
import { NetworkNamespace } from '../../sim/linux/namespace.ts';
import { Rtnetlink } from '../../sim/linux/rtnetlink.ts';
import { empty } from './empty.ts';
import { compileDataplane } from './object.ts';
import { type SkBuff, encodeSkBuff, tstampOf } from './sk-buff.ts';

export type Outcome = 'pass' | 'drop' | 'to the next filter';

export interface Drop {
  readonly endpoint: number;
  readonly direction: Direction;
  readonly reason: keyof typeof DropReason;
  readonly rule: number;
  readonly packets: number;
  readonly bytes: number;
}

/** Endpoint 1, and endpoint 2 with an IFB; the fourth interface is nobody's. */
export const slaveOf = { 1: 100, 2: 101 } as const;
export const ifbOf2 = 102;
export const unknownIfindex = 103;
export type EndpointId = keyof typeof slaveOf;

const open: Omit<EndpointState, 'endpointId'> = {
  policySet: 0,
  isolated: { ingress: false, egress: false },
  limited: { ingress: false, egress: false },
  verifyAddresses: false,
};

export class World implements Disposable {
  readonly #object: BpfObject;
  readonly #namespace: NetworkNamespace;

  private constructor(object: BpfObject, namespace: NetworkNamespace) {
    this.#object = object;
    this.#namespace = namespace;
  }

  static async load(): Promise<World> {
    using file = await compileDataplane();
    const object = loadBpfObject(file.path, { maxEntries: { endpoints: unknownIfindex + 1, counters: 6 } });
    const namespace = NetworkNamespace.create();
    using links = Rtnetlink.open(namespace);
    for (const ifindex of [slaveOf[1], ifbOf2]) {
      const peer = { name: `i${ifindex + 1}`, ifindex: ifindex + 1 };
      links.addLink({ kind: 'veth', name: `i${ifindex}`, ifindex, peer });
    }
    return new World(object, namespace);
  }

  /** Nothing in force, nothing remembered, nothing counted; both endpoints there. */
  reset(): void {
    for (const map of this.#object.maps) {
      if (map.name.startsWith('.') || map.name.includes('.')) continue; // libbpf's own: kernel version
      if (map.name === 'moments') continue; // no wire of this world has a trace
      empty(map);
    }
    this.endpoint(1);
    this.endpoint(2);
  }

  endpoint(endpointId: EndpointId, state: Partial<typeof open> = {}): void {
    for (const ifindex of endpointId === 2 ? [slaveOf[2], ifbOf2] : [slaveOf[1]])
      this.#put('endpoints', endpointEntry(ifindex, { endpointId, ...open, ...state }));
  }

  identities(...entries: readonly IdentityEntry[]): void {
    for (const entry of entries) this.#put('identities', identityEntry(entry));
  }

  allow(...entries: readonly PolicyEntry[]): void {
    for (const entry of entries) this.#put('policy', policyEntry(entry));
  }

  withdraw(...entries: readonly PolicyEntry[]): void {
    for (const entry of entries) this.#object.map('policy').delete(policyEntry(entry).key);
  }

  owns(endpointId: EndpointId, address: string): void {
    this.#put('addresses', addressEntry(endpointId, address));
  }

  /** A subnet that it has an address of. */
  isOn(endpointId: EndpointId, subnet: string): void {
    this.#put('links', linkEntry(endpointId, subnet));
  }

  /** As a change of the policies ends. */
  beginEpoch(epoch: number): void {
    this.#put('epoch', epochEntry(epoch));
  }

  disowns(endpointId: EndpointId, address: string): void {
    this.#object.map('addresses').delete(addressEntry(endpointId, address).key);
  }

  /** The broadcast address of its subnet. */
  hears(endpointId: EndpointId, address: string): void {
    this.#put('addresses', broadcastEntry(endpointId, address));
  }

  /** `tLast`: departure of the last packet, nanoseconds of the monotonic clock. Without queue management, unless `bounds`. */
  limit(
    endpointId: EndpointId,
    direction: Direction,
    rateBps: number,
    tLast = 0n,
    bounds: QueueBounds = fifo,
    charge: Charge = 'l2',
  ): void {
    const { key, value } = limitEntry(endpointId, direction, rateBps, bounds, charge);
    new DataView(value.buffer).setBigUint64(24, tLast, true);
    this.#object.map('limits').update(key, value);
  }

  /** When all that the limit has let pass so far is out. */
  tLast(endpointId: EndpointId, direction: Direction): bigint {
    const value = this.#object.map('limits').lookup(endpointDirectionKey(endpointId, direction));
    if (value === null) throw new Error(`endpoint ${endpointId} has no ${direction} limit`);
    return new DataView(value.buffer, value.byteOffset).getBigUint64(24, true);
  }

  egress(from: EndpointId, frame: Uint8Array, skBuff: Omit<SkBuff, 'ifindex'> = {}): Outcome {
    return this.run('ipvlane_egress', frame, { ifindex: slaveOf[from], ...skBuff }).outcome;
  }

  ingress(to: EndpointId, frame: Uint8Array, skBuff: Omit<SkBuff, 'ifindex'> = {}): Outcome {
    return this.run('ipvlane_ingress', frame, { ifindex: slaveOf[to], ...skBuff }).outcome;
  }

  run(program: string, frame: Uint8Array, skBuff: SkBuff): { readonly outcome: Outcome; readonly tstamp: bigint } {
    const { retval, ctx } = this.#testRun(program, frame, skBuff);
    return { outcome: outcomeOf(retval), tstamp: tstampOf(ctx) };
  }

  /** The frame as the program leaves it. */
  rewrite(program: string, frame: Uint8Array, skBuff: SkBuff): Uint8Array {
    return this.#testRun(program, frame, skBuff).data;
  }

  /** Nanoseconds of one run, on average. */
  measure(program: string, frame: Uint8Array, skBuff: SkBuff, repeat: number): number {
    const run = { data: frame, ctx: encodeSkBuff(skBuff), repeat };
    return this.#namespace.run(() => this.#object.program(program).testRun(run)).durationNs;
  }

  get programs(): BpfObject['programs'] {
    return this.#object.programs;
  }

  drops(): readonly Drop[] {
    const map = this.#object.map('drops');
    return [...map.entries()]
      .map(([key, value]) => ({ key: decodeDropKey(key), counts: perCpu(value, map.stride).map(decodeDropCount) }))
      .map(({ key, counts }) => ({
        ...nameDrop(key),
        packets: sum(counts.map((count) => count.packets)),
        bytes: sum(counts.map((count) => count.bytes)),
      }));
  }

  counters(endpointId: EndpointId, direction: Direction): Counters {
    const map = this.#object.map('counters');
    const value = map.lookup(countersKey(endpointId, direction));
    if (value === null) throw new Error(`there is no room for counters of endpoint ${endpointId}`);
    const each = perCpu(value, map.stride).map(decodeCounters);
    return {
      offeredPackets: sum(each.map((one) => one.offeredPackets)),
      offeredBytes: sum(each.map((one) => one.offeredBytes)),
      passedPackets: sum(each.map((one) => one.passedPackets)),
      passedBytes: sum(each.map((one) => one.passedBytes)),
      markedPackets: sum(each.map((one) => one.markedPackets)),
    };
  }

  connections(): readonly { readonly endpoint: number; readonly opened: Direction }[] {
    return [...this.#object.map('conntrack').entries()].flatMap(([key, value]) => {
      const { endpoint } = decodeConntrackKey(key);
      const { openedByRemote, openedByLocal } = decodeConntrackEntry(value);
      return [
        ...(openedByRemote.expiresNs > 0 ? [{ endpoint, opened: 'ingress' as const }] : []),
        ...(openedByLocal.expiresNs > 0 ? [{ endpoint, opened: 'egress' as const }] : []),
      ];
    });
  }

  [Symbol.dispose](): void {
    this.#object[Symbol.dispose]();
    this.#namespace[Symbol.dispose]();
  }

  #testRun(program: string, frame: Uint8Array, skBuff: SkBuff) {
    return this.#namespace.run(() => this.#object.program(program).testRun({ data: frame, ctx: encodeSkBuff(skBuff) }));
  }

  #put(map: string, { key, value }: MapEntry): void {
    this.#object.map(map).update(key, value);
  }
}

function outcomeOf(retval: number): Outcome {
  switch (retval) {
    case 0:
      return 'pass';
    case 2:
      return 'drop';
    case 0xffffffff:
      return 'to the next filter';
    default:
      throw new Error(`the program returned ${retval}, which no hook of ours may`);
  }
}

function nameDrop(key: DropKey): Pick<Drop, 'endpoint' | 'direction' | 'reason' | 'rule'> {
  const reason = dropReasonName(key.reason) as keyof typeof DropReason;
  return { endpoint: key.endpoint, direction: directionName(key.direction), reason, rule: key.ruleId };
}

function perCpu(value: Uint8Array, stride: number): Uint8Array[] {
  return Array.from({ length: value.length / stride }, (_, cpu) => value.subarray(cpu * stride, (cpu + 1) * stride));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
