/** The world with its addresses parsed and its pods found by address and by name. Shared by oracle and compiler. */
import { formatAddress, parseAddress } from './address.ts';
import type { PolicyWorld } from './network-policy.ts';
import { objectKey } from './object-key.ts';

export interface PodAddress {
  readonly address: bigint;
  /** Index into `world.pods`. */
  readonly pod: number;
}

export interface IndexedWorld {
  readonly world: PolicyWorld;
  /** In the order of the pods. */
  readonly addresses: readonly PodAddress[];
  /** By index into `world.pods`. */
  readonly podAddresses: readonly (readonly bigint[])[];
  /** Index into `addresses`. */
  readonly byAddress: ReadonlyMap<bigint, number>;
  /** Labels of a namespace; one that the world does not list has the label every namespace has. */
  namespaceLabels(name: string): Readonly<Record<string, string>>;
}

/**
 * @throws RangeError when an address is malformed or belongs to two pods, when two pods have one name or one endpoint id.
 */
export function indexWorld(world: PolicyWorld): IndexedWorld {
  const addresses: PodAddress[] = [];
  const podAddresses: bigint[][] = [];
  const byAddress = new Map<bigint, number>();
  const names = new Set<string>();
  const endpointIds = new Map<number, string>();
  world.pods.forEach((pod, index) => {
    const name = objectKey(pod);
    if (names.has(name)) throw new RangeError(`two pods are named ${name}`);
    names.add(name);
    const twin = endpointIds.get(pod.endpointId);
    if (twin !== undefined) throw new RangeError(`endpoint id ${pod.endpointId} belongs to ${twin} and ${name}`);
    endpointIds.set(pod.endpointId, name);
    const own = pod.addresses.map(parseAddress);
    podAddresses.push(own);
    for (const address of own) {
      const other = addresses[byAddress.get(address) ?? -1];
      if (other !== undefined) {
        throw new RangeError(
          `address ${formatAddress(address)} belongs to ${objectKey(world.pods[other.pod] ?? pod)} and ${name}`,
        );
      }
      byAddress.set(address, addresses.length);
      addresses.push({ address, pod: index });
    }
  });
  const namespaces = new Map(world.namespaces.map((namespace) => [namespace.name, namespace.labels]));
  return {
    world,
    addresses,
    podAddresses,
    byAddress,
    namespaceLabels: (name) => namespaces.get(name) ?? { 'kubernetes.io/metadata.name': name },
  };
}
