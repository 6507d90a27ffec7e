/**
 * What the map `endpoints` holds, in bytes, and how it is changed under traffic. An array is written in place, while programs read
 * it: a change is made where nobody looks, and then one byte tells them to look there.
 */
import type { Direction } from '../policy/network-policy.ts';
import { EndpointFlags, EndpointUse, decodeEndpointSlot, encodeEndpointSlot } from './abi.generated.ts';
import type { Endpoint, EndpointSlot } from './abi.generated.ts';
import { uint32 } from './integers.ts';
import type { MapEntry } from './policy-map.ts';

/** What the dataplane does with an endpoint's packets. */
export interface EndpointState {
  readonly endpointId: number;
  readonly policySet: number;
  /** By direction: a policy isolates the pod, so what no entry allows is denied. */
  readonly isolated: Readonly<Record<Direction, boolean>>;
  /** By direction: `limits` holds a rate (`limitEntry`). */
  readonly limited: Readonly<Record<Direction, boolean>>;
  /** `addresses` holds every address of the pod (`addressEntries`): a packet from another is dropped. */
  readonly verifyAddresses: boolean;
}

/** Under the ifindex of the pod's slave, and again under that of its IFB if it has one: as it is before any packet asks for it. */
export function endpointEntry(ifindex: number, state: EndpointState): MapEntry {
  const slot = { inUse: EndpointUse.FIRST, first: endpointOf(state), second: NOBODY };
  return { key: uint32(ifindex), value: encodeEndpointSlot(slot) };
}

/**
 * The updates, in this order, that make an entry say `state`; none when it does. Whatever byte of them a program reads first, it
 * finds the old state or the new one. A program that read the state before the last one may still be at it: between two
 * changes of an entry there must be an RCU grace period.
 * @param value what the map holds under the ifindex
 */
export function endpointChange(ifindex: number, value: Uint8Array, state: EndpointState): readonly MapEntry[] {
  const before = decodeEndpointSlot(value);
  const endpoint = endpointOf(state);
  const now = inUse(before);
  if (now !== null && same(now, endpoint)) return [];
  const next = before.inUse === EndpointUse.FIRST ? 'second' : 'first';
  const written = { ...before, [next]: endpoint };
  return [written, { ...written, inUse: next === 'first' ? EndpointUse.FIRST : EndpointUse.SECOND }].map((slot) => ({
    key: uint32(ifindex),
    value: encodeEndpointSlot(slot),
  }));
}

/** The update after which the interface is nobody's. @param value what the map holds under the ifindex */
export function endpointRemoval(ifindex: number, value: Uint8Array): MapEntry {
  const slot = { ...decodeEndpointSlot(value), inUse: EndpointUse.NONE };
  return { key: uint32(ifindex), value: encodeEndpointSlot(slot) };
}

/** What a program takes from the entry; null where the interface is nobody's. */
export function inUse(slot: EndpointSlot): Endpoint | null {
  if (slot.inUse === EndpointUse.FIRST) return slot.first;
  return slot.inUse === EndpointUse.SECOND ? slot.second : null;
}

const NOBODY: Endpoint = { id: 0, policySet: 0, flags: 0 };

function endpointOf({ endpointId, policySet, isolated, limited, verifyAddresses }: EndpointState): Endpoint {
  const flags =
    (isolated.ingress ? EndpointFlags.POLICED_INGRESS : 0) |
    (isolated.egress ? EndpointFlags.POLICED_EGRESS : 0) |
    (limited.ingress ? EndpointFlags.LIMITED_INGRESS : 0) |
    (limited.egress ? EndpointFlags.LIMITED_EGRESS : 0) |
    (verifyAddresses ? EndpointFlags.VERIFY_ADDRESSES : 0);
  return { id: endpointId, policySet, flags };
}

function same(a: Endpoint, b: Endpoint): boolean {
  return a.id === b.id && a.policySet === b.policySet && a.flags === b.flags;
}
