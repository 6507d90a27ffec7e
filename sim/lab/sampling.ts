/**
 * What moved since the last look: endpoint counters, drops, qdiscs. Cheap with a thousand pods: the maps are read by batches,
 * and a qdisc is asked only where its endpoint's counters moved or packets were still waiting.
 */
import { DropReason, decodeCounters, decodeDropCount, decodeDropKey } from '../../dataplane/bpf/abi.generated.ts';
import { dropReasonName } from '../../dataplane/bpf/drop-reason.ts';
import { COUNTERS_A_POD, countersOwner, directionName } from '../../dataplane/bpf/policy-map.ts';
import type { Direction } from '../../dataplane/policy/network-policy.ts';
import type { BpfMap } from '../linux/bpf.ts';
import type { QdiscStats } from '../linux/qdisc.ts';
import type { Rtnetlink } from '../linux/rtnetlink.ts';
import type { DropRecord, EndpointRecord, QdiscRecord } from '../trace/record.ts';
import { ExpiredConnections } from './connections.ts';
import type { Dataplane } from './dataplane.ts';
import { IFB_NAME } from './endpoint.ts';
import type { PodEndpoint } from './endpoint.ts';
import type { Lab } from './lab.ts';
import { sumOverCpus } from './per-cpu.ts';
import { QdiscTotals, WireTotals, type Counts } from './qdisc-totals.ts';

/** A qdisc of the wire: at a NIC or a port of the underlay. */
export interface WireQdisc {
  /** `host:NAME` or `underlay`. */
  readonly where: string;
  readonly direction: Direction;
  readonly device: string;
  readonly ifindex: number;
  readonly rtnetlink: Rtnetlink;
}

export interface Sampler {
  /** Records what moved since the last sample, and says whether anything did. @throws SystemCallError */
  sample(): boolean;
}

/**
 * @param endpoints kept by the caller: pods come and go
 * @param isolatedBy names of the policies that isolate an endpoint in a direction, now
 */
export function createSampler(
  lab: Lab,
  dataplane: Dataplane,
  endpoints: ReadonlyMap<number, PodEndpoint>,
  wires: readonly WireQdisc[],
  isolatedBy: (endpointId: number, direction: Direction) => readonly string[],
): Sampler {
  const { counters: counterMap, drops: dropMap } = dataplane.maps;
  const counters = new CounterChanges(counterMap);
  const drops = new Changes(zeroOf(dropMap));
  const qdiscs = new Changes();
  let highestId = 0;
  const expired =
    lab.plan.dataplane?.fullConntrack === 'refuse' ? new ExpiredConnections(dataplane.maps.conntrack, lab.clock) : null;
  const totals = new QdiscTotals();
  const wireTotals = new WireTotals();
  const byNamespace = groupByNamespace(wires);
  /** Endpoints whose queues held packets at the last look: they may move though nothing new arrives. */
  let waiting = new Set<number>();
  return { sample };

  function sample(): boolean {
    const moved = new Set(waiting);
    // A pod that went has counted until then, so the number stays.
    for (const id of endpoints.keys()) highestId = Math.max(highestId, id);
    for (const record of sampleCounters(lab, counterMap, counters.next(COUNTERS_A_POD * (highestId + 1)))) {
      moved.add(record.endpointId);
      lab.record(record);
    }
    for (const record of sampleDrops(lab, dropMap, drops, isolatedBy)) {
      moved.add(record.endpointId);
      lab.record(record);
      if (record.reason === 'CT_INSERT_FAILED') expired?.forget();
    }
    waiting = new Set();
    for (const id of moved) {
      const endpoint = endpoints.get(id);
      if (endpoint !== undefined) sampleEndpointQdiscs(endpoint);
    }
    return sampleWires() || moved.size > 0;
  }

  function sampleEndpointQdiscs(endpoint: PodEndpoint): void {
    const all = endpoint.rtnetlink.qdiscs();
    const t = lab.clock.now();
    for (const qdisc of all) {
      const direction = directionOf(endpoint, qdisc);
      if (direction === null) continue;
      if (qdisc.qlen > 0) waiting.add(endpoint.plan.endpointId);
      const device = direction === 'egress' ? (endpoint.plan.interfaces[0]?.name ?? 'eth0') : IFB_NAME;
      const place = { where: endpoint.name, direction, device };
      recordQdisc(t, place, qdisc, totals.of(keyOf(place), qdisc));
    }
  }

  function sampleWires(): boolean {
    let moved = false;
    for (const [rtnetlink, places] of byNamespace) {
      const all = rtnetlink.qdiscs();
      const roots = new Map(all.filter(isRoot).map((qdisc) => [qdisc.ifindex, qdisc]));
      const t = lab.clock.now();
      for (const place of places) {
        const qdisc = roots.get(place.ifindex);
        if (qdisc !== undefined && recordQdisc(t, place, qdisc, wireTotals.of(keyOf(place), qdisc, all))) moved = true;
      }
    }
    return moved;
  }

  function recordQdisc(
    t: number,
    place: QdiscPlace,
    { kind, backlogBytes }: QdiscStats,
    { packets, bytes, drops, overlimits, extra }: Counts,
  ): boolean {
    const { where, direction, device } = place;
    if (!qdiscs.changed(keyOf(place), `${packets} ${bytes} ${drops} ${overlimits} ${backlogBytes}`)) return false;
    const counts = { packets, bytes, drops, overlimits, backlogBytes, extra };
    lab.record({ type: 'qdisc', t, where, direction, device, kind, ...counts });
    return true;
  }
}

type QdiscPlace = Pick<QdiscRecord, 'where' | 'direction' | 'device'>;

function keyOf({ where, direction, device }: QdiscPlace): string {
  return `${where} ${direction} ${device}`;
}

export function groupByNamespace(wires: readonly WireQdisc[]): ReadonlyMap<Rtnetlink, readonly WireQdisc[]> {
  const groups = new Map<Rtnetlink, WireQdisc[]>();
  for (const wire of wires) groups.set(wire.rtnetlink, [...(groups.get(wire.rtnetlink) ?? []), wire]);
  return groups;
}

/** Remembers the last state of each key. What never moved has the state it began with: `zero`, if there is one. */
class Changes {
  readonly #zero: string | undefined;
  readonly #last = new Map<string, string>();

  constructor(zero?: string) {
    this.#zero = zero;
  }

  changed(key: string, state: string): boolean {
    if ((this.#last.get(key) ?? this.#zero) === state) return false;
    this.#last.set(key, state);
    return true;
  }
}

/**
 * The counters that moved since the last look. Two of a thousand pods are two thousand values a look, ten looks a second: nothing is made
 * of those that stand still.
 */
class CounterChanges {
  readonly #map: BpfMap;
  #last: Buffer<ArrayBuffer> = Buffer.alloc(0);
  #now: Buffer<ArrayBuffer> = Buffer.alloc(0);

  constructor(map: BpfMap) {
    this.#map = map;
  }

  /** Of the first `count` values those that changed, by index. */
  *next(count: number): Generator<[index: number, value: Uint8Array]> {
    const bytes = this.#map.cpus * this.#map.stride;
    if (this.#now.length !== count * bytes) {
      // What is new has not moved so far.
      this.#last = Buffer.concat([this.#last], count * bytes);
      this.#now = Buffer.alloc(count * bytes);
    }
    const [last, now] = [this.#last, this.#now];
    this.#map.read(now);
    [this.#last, this.#now] = [now, last];
    for (let at = 0; at < now.length; at += bytes)
      if (now.compare(last, at, at + bytes, at, at + bytes) !== 0) yield [at / bytes, now.subarray(at, at + bytes)];
  }
}

function* sampleCounters(
  lab: Lab,
  map: BpfMap,
  changed: Iterable<[index: number, value: Uint8Array]>,
): Generator<EndpointRecord> {
  const t = lab.clock.now();
  for (const [index, value] of changed) {
    const { endpointId, direction } = countersOwner(index);
    const sums = sumOverCpus(map, value, decodeCounters);
    yield {
      type: 'endpoint',
      t,
      endpointId,
      direction,
      offered: { packets: sums.offeredPackets, bytes: sums.offeredBytes },
      passed: { packets: sums.passedPackets, bytes: sums.passedBytes },
    };
  }
}

function* sampleDrops(
  lab: Lab,
  map: BpfMap,
  changes: Changes,
  isolatedBy: (endpointId: number, direction: Direction) => readonly string[],
): Generator<DropRecord> {
  const t = lab.clock.now();
  for (const [key, value] of map.entries()) {
    if (!changes.changed(textOf(key), textOf(value))) continue;
    const { endpoint, direction, reason, ruleId } = decodeDropKey(key);
    const { packets, bytes } = sumOverCpus(map, value, decodeDropCount);
    const way = directionName(direction);
    const isolating = reason === DropReason.POLICY_DENIED ? isolatedBy(endpoint, way) : [];
    yield {
      type: 'drop',
      t,
      endpointId: endpoint,
      direction: way,
      reason: dropReasonName(reason),
      isolatedBy: isolating,
      ruleId,
      packets,
      bytes,
    };
  }
}

/** Which way a qdisc of a pod's namespace shapes: the slave's root or the IFB's; null for all others. */
function directionOf(endpoint: PodEndpoint, qdisc: QdiscStats): Direction | null {
  if (!isRoot(qdisc)) return null;
  if (qdisc.ifindex === endpoint.ifindex) return 'egress';
  return qdisc.ifindex === endpoint.ifbIfindex ? 'ingress' : null;
}

const TC_H_ROOT = 0xffffffff;

function isRoot(qdisc: QdiscStats): boolean {
  return qdisc.parent === TC_H_ROOT;
}

function zeroOf({ cpus, stride }: BpfMap): string {
  return '\0'.repeat(cpus * stride);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
