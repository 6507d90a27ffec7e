/** Connections that nobody needs any more: of a pod that went, or that have expired. */
import { decodeConntrackEntry, decodeConntrackKey } from '../../dataplane/bpf/abi.generated.ts';
import { addressBytes } from '../../dataplane/bpf/address.ts';
import type { BpfMap } from '../linux/bpf.ts';
import type { LabClock } from './clock.ts';
import type { PodPlan } from '../plan/plan.ts';

/**
 * Takes every connection of the pod out of the map, as it saw them and as its peers did: its address may be another pod's
 * tomorrow, and must not find them open. @throws SystemCallError
 */
export function forgetConnections(conntrack: BpfMap, { endpointId, interfaces }: PodPlan): void {
  const own = new Set(
    interfaces.flatMap(({ addresses }) => addresses.map((cidr) => textOf(addressBytes(cidr.replace(/\/\d+$/, ''))))),
  );
  for (const [key] of conntrack.entries()) {
    const { endpoint, remote } = decodeConntrackKey(key);
    if (endpoint === endpointId || own.has(textOf(remote))) conntrack.delete(key);
  }
}

type Entries = Pick<BpfMap, 'entries' | 'delete'>;

/** A full map is looked through no more often than this: at its default size that takes a tenth of a second. */
const BETWEEN_LOOKS_NS = 1e9;

/** Makes room in the map of connections for those that live. */
export class ExpiredConnections {
  readonly #conntrack: Entries;
  readonly #clock: Pick<LabClock, 'now' | 'monotonic'>;
  #lastNs = -Infinity;

  constructor(conntrack: Entries, clock: Pick<LabClock, 'now' | 'monotonic'>) {
    this.#conntrack = conntrack;
    this.#clock = clock;
  }

  /** Takes out what has expired: packets take such an entry for none already. @throws SystemCallError */
  forget(): void {
    const t = this.#clock.now();
    if (t - this.#lastNs < BETWEEN_LOOKS_NS) return;
    this.#lastNs = t;
    forgetExpired(this.#conntrack, this.#clock.monotonic(t));
  }
}

function forgetExpired(conntrack: Entries, nowNs: number): void {
  for (const [key, value] of conntrack.entries()) {
    const { openedByRemote, openedByLocal } = decodeConntrackEntry(value);
    if (openedByRemote.expiresNs <= nowNs && openedByLocal.expiresNs <= nowNs) conntrack.delete(key);
  }
}

function textOf(address: Uint8Array): string {
  return Buffer.from(address).toString('hex');
}
