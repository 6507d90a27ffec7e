/**
 * The books of what pods send: the slave's own transmit counter, which the driver keeps behind every way into it, against what our
 * programs passed. What the slave sent and no program passed went around them: neither policed, nor paced, nor counted.
 */
import { decodeCounters } from '../../../dataplane/bpf/abi.generated.ts';
import { countersKey } from '../../../dataplane/bpf/policy-map.ts';
import type { BpfMap } from '../../linux/bpf.ts';
import type { PodEndpoint } from '../endpoint.ts';
import type { Lab } from '../lab.ts';
import { sumOverCpus } from '../per-cpu.ts';

/** One slave's, since it was made. */
interface Account {
  readonly ifindex: number;
  /** Passed of the same endpoint by slaves that are gone: a pod that comes again keeps its number. */
  readonly before: number;
  passed: number;
  around: number;
}

export class Books {
  readonly #lab: Pick<Lab, 'clock' | 'record'>;
  readonly #counters: BpfMap;
  readonly #endpoints: ReadonlyMap<number, PodEndpoint>;
  readonly #accounts = new Map<number, Account>();
  /** Since the lab began, by endpoint. */
  readonly #told = new Map<number, number>();

  /** @param endpoints kept by the caller: pods come and go */
  constructor(lab: Pick<Lab, 'clock' | 'record'>, counters: BpfMap, endpoints: ReadonlyMap<number, PodEndpoint>) {
    this.#lab = lab;
    this.#counters = counters;
    this.#endpoints = endpoints;
  }

  /** Records of each pod what went around since the last look. @param names left out: of all @throws SystemCallError */
  look(names?: Iterable<string>): void {
    const asked = names === undefined ? null : new Set(names);
    for (const [id, endpoint] of this.#endpoints)
      if (asked === null || asked.has(endpoint.name)) this.#lookAt(id, endpoint);
  }

  #lookAt(endpointId: number, { rtnetlink, ifindex }: PodEndpoint): void {
    // First what was sent: what the programs pass meanwhile only makes the difference smaller.
    const stats = rtnetlink.link(ifindex)?.stats;
    const passed = this.#passed(endpointId);
    if (stats === undefined || passed === null) return;
    const last = this.#accounts.get(endpointId);
    const account = last?.ifindex === ifindex ? last : { ifindex, before: last?.passed ?? 0, passed: 0, around: 0 };
    this.#accounts.set(endpointId, account);
    account.passed = passed;
    const around = unseen(stats, passed - account.before);
    if (around <= account.around) return;
    const packets = (this.#told.get(endpointId) ?? 0) + around - account.around;
    account.around = around;
    this.#told.set(endpointId, packets);
    this.#lab.record({ type: 'around', t: this.#lab.clock.now(), endpointId, packets });
  }

  /** null where the map has no room for the endpoint, and counts it with nobody's. */
  #passed(endpointId: number): number | null {
    const value = this.#counters.lookup(countersKey(endpointId, 'egress'));
    return value === null ? null : sumOverCpus(this.#counters, value, decodeCounters).passedPackets;
  }
}

/**
 * What the driver took, sent or not (`tx_dropped`: whoever is behind it refused), less what was passed. The driver counts buffers, the
 * programs the segments of each: a super-packet may hide as many frames as it has segments but one, so this is the least there were.
 */
export function unseen(
  { txPackets, txDropped }: { readonly txPackets: number; readonly txDropped: number },
  passed: number,
): number {
  return Math.max(0, txPackets + txDropped - passed);
}
