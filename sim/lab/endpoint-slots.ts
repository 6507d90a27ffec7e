/** The map `endpoints` of a lab, changed while packets ask it: none meets an endpoint that is half the old and half the new one. */
import { decodeEndpointSlot } from '../../dataplane/bpf/abi.generated.ts';
import { endpointChange, endpointRemoval, inUse } from '../../dataplane/bpf/endpoint-map.ts';
import type { EndpointState } from '../../dataplane/bpf/endpoint-map.ts';
import { uint32 } from '../../dataplane/bpf/integers.ts';
import type { BpfMap } from '../linux/bpf.ts';
import { synchronizeRcu } from '../linux/rcu.ts';

/** Where the kernel has no call to wait with: no program runs longer than a fraction of this. */
export const LONGEST_PROGRAM_NS = 20e6;

export class EndpointSlots {
  readonly #map: BpfMap;
  /** Programs that asked for these before their last change may still be at what it put out of use. */
  readonly #unsettled = new Set<number>();

  constructor(map: BpfMap) {
    this.#map = map;
  }

  /** @throws SystemCallError: E2BIG where the map has no room for an ifindex so high */
  put(ifindex: number, state: EndpointState): void {
    const before = this.#value(ifindex);
    const updates = endpointChange(ifindex, before, state);
    if (updates.length === 0) return;
    if (this.#unsettled.has(ifindex)) this.#settle();
    for (const { key, value } of updates) this.#map.update(key, value);
    if (inUse(decodeEndpointSlot(before)) !== null) this.#unsettled.add(ifindex);
  }

  /** @throws SystemCallError */
  remove(ifindex: number): void {
    const { key, value } = endpointRemoval(ifindex, this.#value(ifindex));
    this.#map.update(key, value);
    this.#unsettled.add(ifindex);
  }

  /** A grace period is over that began after the last change. */
  settled(): void {
    this.#unsettled.clear();
  }

  #settle(): void {
    if (!synchronizeRcu()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LONGEST_PROGRAM_NS / 1e6);
    this.settled();
  }

  /** Zeros where there is no room: it is the update that says so. */
  #value(ifindex: number): Uint8Array {
    return this.#map.lookup(uint32(ifindex)) ?? new Uint8Array(this.#map.valueSize);
  }
}
