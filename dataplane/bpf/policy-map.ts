/**
 * What the maps of the dataplane hold, in bytes, for policies, endpoints and limits.
 *
 * New policies come into force endpoint by endpoint, each at once: write `identities` and `policy` of a new generation,
 * then each endpoint's entry with that generation, then delete the keys of the old one.
 */
import type { Direction as PolicyDirection } from '../policy/network-policy.ts';
import type { CompiledPolicy, PolicyEntry } from '../policy/policy-entries.ts';
import {
  Direction,
  EndpointFlags,
  IdentityPrefix,
  PolicyPrefix,
  encodeAddressKey,
  encodeEndpoint,
  encodeEndpointDirection,
  encodeIdentityKey,
  encodeLimit,
  encodePolicyEntry,
  encodePolicyKey,
} from './abi.generated.ts';
import { addressBytes, prefixBytes } from './address.ts';
import { departureHorizonNs } from './departure-horizon.ts';
import { putUnsigned } from './integers.ts';

export interface MapEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What the dataplane does for a pod besides policy. */
export interface EndpointFeatures {
  readonly limitedIngress: boolean;
  readonly limitedEgress: boolean;
  /** `addresses` holds every address of the pod (`addressEntries`): a packet from another is dropped. */
  readonly verifySource: boolean;
}

/** `direction` of map keys and decoded drops. */
export const directionNumber: Readonly<Record<PolicyDirection, number>> = {
  ingress: Direction.INGRESS,
  egress: Direction.EGRESS,
};

/** @throws {RangeError} when `number` is no direction */
export function directionName(number: number): PolicyDirection {
  if (number === Direction.INGRESS) return 'ingress';
  if (number === Direction.EGRESS) return 'egress';
  throw new RangeError(`the dataplane has no direction ${number}`);
}

/** For `identities`. @throws {RangeError} on a prefix that is no CIDR or has host bits */
export function identityEntries(compiled: CompiledPolicy, generation: number): readonly MapEntry[] {
  return compiled.identities.map(({ prefix, identity }) => {
    const { address, bits } = prefixBytes(prefix);
    const prefixlen = IdentityPrefix.GENERATION + bits;
    return { key: encodeIdentityKey({ prefixlen, generation, address }), value: uint32(identity) };
  });
}

/** For `policy`. @throws {RangeError} on an entry with a port but no protocol, or a port prefix that is none */
export function policyEntries(compiled: CompiledPolicy, generation: number): readonly MapEntry[] {
  return compiled.entries.map((entry) => ({
    key: encodePolicyKey({
      prefixlen: policyPrefixLength(entry),
      generation,
      policySet: entry.policySet,
      identity: entry.identity,
      direction: directionNumber[entry.direction],
      protocol: entry.protocol ?? 0,
      port: entry.port?.port ?? 0,
    }),
    value: encodePolicyEntry({ ruleId: entry.ruleId, flags: 0 }),
  }));
}

/**
 * For `endpoints`, under the ifindex of the pod's slave and again under that of its IFB.
 * `compiled` null: no policy speaks of this pod (none in force, or its CNI chain enforces none).
 */
export function endpointEntry(
  ifindex: number,
  endpointId: number,
  features: EndpointFeatures,
  compiled: CompiledPolicy | null,
  generation: number,
): MapEntry {
  const policySet = compiled?.endpoints.get(endpointId) ?? 0;
  const isolatedBy = compiled?.sets.find((set) => set.policySet === policySet)?.isolatedBy;
  const flags = [
    (isolatedBy?.ingress.length ?? 0) > 0 ? EndpointFlags.POLICED_INGRESS : 0,
    (isolatedBy?.egress.length ?? 0) > 0 ? EndpointFlags.POLICED_EGRESS : 0,
    features.limitedIngress ? EndpointFlags.LIMITED_INGRESS : 0,
    features.limitedEgress ? EndpointFlags.LIMITED_EGRESS : 0,
    features.verifySource ? EndpointFlags.VERIFY_SOURCE : 0,
  ].reduce((sum, flag) => sum | flag, 0);
  return { key: uint32(ifindex), value: encodeEndpoint({ id: endpointId, generation, policySet, flags }) };
}

/** For `addresses`. @throws {RangeError} on what is no address */
export function addressEntries(endpointId: number, addresses: readonly string[]): readonly MapEntry[] {
  return addresses.map((text) => ({
    key: encodeAddressKey({ endpoint: endpointId, address: addressBytes(text) }),
    value: uint32(1),
  }));
}

/** For `limits`: bits per second on the wire. @throws {RangeError} on a rate that is no positive integer */
export function limitEntry(endpointId: number, direction: PolicyDirection, rateBps: number): MapEntry {
  if (rateBps < 1) throw new RangeError(`${rateBps} bit/s is no rate`);
  return {
    key: endpointDirectionKey(endpointId, direction),
    value: encodeLimit({ rateBps, horizonNs: departureHorizonNs(rateBps), tLast: 0 }),
  };
}

/** For `limits` and `counters`. */
export function endpointDirectionKey(endpointId: number, direction: PolicyDirection): Uint8Array {
  return encodeEndpointDirection({ endpoint: endpointId, direction: directionNumber[direction] });
}

function policyPrefixLength(entry: PolicyEntry): number {
  const { protocol, port } = entry;
  if (port === null) return protocol === null ? PolicyPrefix.ANY_PROTOCOL : PolicyPrefix.PROTOCOL;
  if (protocol === null) throw new RangeError(`a policy entry of rule ${entry.ruleId} has a port but no protocol`);
  const { bits } = port;
  if (!Number.isInteger(bits) || bits < 0 || bits > 16 || (port.port & (0xffff >> bits)) !== 0)
    throw new RangeError(`port ${port.port}/${bits} of rule ${entry.ruleId} is no prefix`);
  return PolicyPrefix.PROTOCOL + bits;
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  putUnsigned(new DataView(bytes.buffer), 0, 32, value, 'map key or value');
  return bytes;
}
