/** What the maps of the dataplane hold, in bytes, for policies, addresses, limits and what is counted; endpoint-map.ts has the endpoints. */
import { charges, type Charge } from '../bandwidth/charge.ts';
import type { Direction as PolicyDirection } from '../policy/network-policy.ts';
import type { IdentityEntry, PolicyEntry } from '../policy/compile/policy-entries.ts';
import {
  AddressUse,
  Direction,
  DropReason,
  LinkPrefix,
  PolicyPrefix,
  encodeAddressKey,
  encodeDropKey,
  encodeEndpointDirection,
  encodeIdentityKey,
  encodeLimit,
  encodeLinkKey,
  encodePolicyEntry,
  encodePolicyKey,
} from './abi.generated.ts';
import { addressBytes, prefixBytes, subnetBytes } from './address.ts';
import { departureHorizonNs } from './departure-horizon.ts';
import { type QueueBounds, queueBounds } from './queue-bounds.ts';
import { uint32 } from './integers.ts';

export interface MapEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** For `identities`. @throws {RangeError} on a prefix that is no CIDR or has host bits */
export function identityEntry({ prefix, identity }: IdentityEntry): MapEntry {
  const { address, bits } = prefixBytes(prefix);
  return { key: encodeIdentityKey({ prefixlen: bits, address }), value: uint32(identity) };
}

/** For `policy`. @throws {RangeError} on an entry with a port but no protocol, or a port prefix that is none */
export function policyEntry(entry: PolicyEntry): MapEntry {
  const key = encodePolicyKey({
    prefixlen: policyPrefixLength(entry),
    policySet: entry.policySet,
    identity: entry.identity,
    direction: directionNumber[entry.direction],
    protocol: entry.protocol ?? 0,
    port: entry.port?.port ?? 0,
  });
  return { key, value: encodePolicyEntry({ ruleId: entry.ruleId, flags: 0 }) };
}

/** For `addresses`. @throws {RangeError} on what is no address */
export function addressEntry(endpointId: number, address: string): MapEntry {
  return {
    key: encodeAddressKey({ endpoint: endpointId, address: addressBytes(address) }),
    value: uint32(AddressUse.OWN),
  };
}

/** For `links`: the subnet of an address that the pod has. @throws {RangeError} on what is no address with a prefix length */
export function linkEntry(endpointId: number, address: string): MapEntry {
  const { address: subnet, bits } = subnetBytes(address);
  return {
    key: encodeLinkKey({ prefixlen: LinkPrefix.ENDPOINT + bits, endpoint: endpointId, subnet }),
    value: uint32(1),
  };
}

/** For `epoch`: what was allowed before is asked about again. */
export function epochEntry(epoch: number): MapEntry {
  return { key: uint32(0), value: uint32(epoch) };
}

/** For `limits`: bits per second on the wire. @throws {RangeError} on a rate that is no positive integer */
export function limitEntry(
  endpointId: number,
  direction: PolicyDirection,
  rateBps: number,
  bounds: QueueBounds = queueBounds(direction, rateBps),
  charge: Charge = 'l2',
): MapEntry {
  const { least: leastFrame, extra: frameExtra, less: frameLess } = charges[charge];
  if (!(rateBps >= 1)) throw new RangeError(`${rateBps} bit/s is no rate`);
  return {
    key: endpointDirectionKey(endpointId, direction),
    value: encodeLimit({
      rateBps,
      horizonNs: departureHorizonNs(rateBps),
      tLast: 0,
      owedFrom: 0,
      sparseUntil: 0,
      leastFrame,
      frameExtra,
      frameLess,
      ...bounds,
    }),
  };
}

/** For `limits`. */
export function endpointDirectionKey(endpointId: number, direction: PolicyDirection): Uint8Array {
  return encodeEndpointDirection({ endpoint: endpointId, direction: directionNumber[direction] });
}

/** Entries of `counters` that each endpoint has: one a direction. */
export const COUNTERS_A_POD = Object.keys(Direction).length;

/** For `counters`: `COUNTERS_INDEX` of abi.h. */
export function countersKey(endpointId: number, direction: PolicyDirection): Uint8Array {
  return uint32(COUNTERS_A_POD * endpointId + directionNumber[direction] - Direction.INGRESS);
}

/** Whose counters these are. */
export function countersOwner(index: number): { readonly endpointId: number; readonly direction: PolicyDirection } {
  const direction = directionName((index % COUNTERS_A_POD) + Direction.INGRESS);
  return { endpointId: Math.floor(index / COUNTERS_A_POD), direction };
}

/** Keys of `drops` that must be there from the beginning, one a reason and direction: what finds the map full counts under endpoint 0. */
export function reservedDrops(): readonly Uint8Array[] {
  return Object.values(Direction).flatMap((direction) =>
    Object.values(DropReason).map((reason) => encodeDropKey({ endpoint: 0, direction, reason, ruleId: 0 })),
  );
}

/** For `addresses`: the broadcast address of the pod's subnet, which it hears and never sends from. */
export function broadcastEntry(endpointId: number, address: string): MapEntry {
  const key = encodeAddressKey({ endpoint: endpointId, address: addressBytes(address) });
  return { key, value: uint32(AddressUse.BROADCAST) };
}

/** Of a decoded key. @throws {RangeError} when `number` is no direction */
export function directionName(number: number): PolicyDirection {
  if (number === Direction.INGRESS) return 'ingress';
  if (number === Direction.EGRESS) return 'egress';
  throw new RangeError(`the dataplane has no direction ${number}`);
}

const directionNumber: Readonly<Record<PolicyDirection, number>> = {
  ingress: Direction.INGRESS,
  egress: Direction.EGRESS,
};

function policyPrefixLength({ protocol, port, ruleId }: PolicyEntry): number {
  if (port === null) return protocol === null ? PolicyPrefix.ANY_PROTOCOL : PolicyPrefix.PROTOCOL;
  if (protocol === null) throw new RangeError(`a policy entry of rule ${ruleId} has a port but no protocol`);
  const { bits } = port;
  if (!Number.isInteger(bits) || bits < 0 || bits > 16 || (port.port & (0xffff >> bits)) !== 0)
    throw new RangeError(`port ${port.port}/${bits} of rule ${ruleId} is no prefix`);
  return PolicyPrefix.PROTOCOL + bits;
}
