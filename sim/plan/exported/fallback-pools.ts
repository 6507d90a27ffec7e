/**
 * Pools of the default network where no SpiderIPPool is for it: 10.244.0.0/16, or the next /16 that no network of the manifests
 * uses, unless the pods of an exported cluster had addresses elsewhere. Then they are the smallest subnets that hold these, as large as a cluster's usually are at least. Where they lie
 * far apart (two ranges of a VPC) there are several, each with a route to the others by the wire, so that all pods are neighbours as they
 * were: one subnet around all would be most of the Internet, and of one that begins at 0.0.0.0 the kernel makes no route.
 */
import {
  cidrContains,
  cidrsOverlap,
  familyOf,
  formatAddress,
  formatCidr,
  networkOf,
  parseCidr,
  type Cidr,
  type Family,
} from '../../../dataplane/policy/address.ts';
import { rangeOfCidr } from '../ipam/ip-range.ts';
import type { Pool } from '../ipam/ippool.ts';

const NAME = 'ipvlane-default';

/** The one that clusters have most often, and those taken where a network of the manifests has it, in order. */
const usualSubnets: readonly Cidr[] = [
  ...Array.from({ length: 256 }, (_, i) => `10.${(244 + i) % 256}.0.0/16`),
  ...Array.from({ length: 16 }, (_, i) => `172.${16 + i}.0.0/16`),
].map(parseCidr);

/** Length of a cluster's own subnet in its family: 10.42.0.0/16, fd00:10:42::/48. */
const USUAL_LENGTH: Readonly<Record<Family, number>> = { 4: 16, 6: 48 };

/** Addresses that differ before this are far apart. */
const LARGEST_LENGTH: Readonly<Record<Family, number>> = { 4: 8, 6: 16 };

/**
 * @param had addresses that pods of the default network had
 * @param taken subnets of the manifests' networks and pools
 */
export function fallbackPools(had: readonly bigint[], taken: readonly Cidr[]): Pool[] {
  const of = (family: Family) => had.filter((address) => familyOf(address) === family);
  return [...(of(4).length === 0 ? [freePool(taken)] : poolsHad(of(4))), ...poolsAround(of(6), 6)];
}

/** Where all is taken, addresses that two have are said one by one. */
function freePool(taken: readonly Cidr[]): Pool {
  const [first = parseCidr('10.244.0.0/16')] = usualSubnets;
  return poolIn(usualSubnets.find((subnet) => !taken.some((other) => cidrsOverlap(subnet, other))) ?? first, NAME, []);
}

function poolsHad(addresses: readonly bigint[]): Pool[] {
  const [usual] = usualSubnets;
  const isUsual = usual !== undefined && addresses.every((address) => cidrContains(usual, address));
  return isUsual ? [poolIn(usual, NAME, addresses)] : poolsAround(addresses, 4);
}

function poolsAround(addresses: readonly bigint[], family: Family): Pool[] {
  const groups = new Map<bigint, bigint[]>();
  for (const address of addresses) {
    const network = networkOf(address, LARGEST_LENGTH[family] + offsetOf(family));
    groups.set(network, [...(groups.get(network) ?? []), address]);
  }
  const name = family === 4 ? NAME : `${NAME}-v6`;
  const pools = [...groups.values()].map((near, i) => poolAround(near, family, i === 0 ? name : `${name}-${i + 1}`));
  return pools.map((pool) => ({
    ...pool,
    routes: pools.filter((other) => other !== pool).map(({ subnet }) => ({ to: formatCidr(subnet), via: null })),
  }));
}

/** Addresses of IPv4 are kept as IPv6's. */
function offsetOf(family: Family): number {
  return family === 4 ? 96 : 0;
}

function poolAround(addresses: readonly bigint[], family: Family, name: string): Pool {
  const offset = offsetOf(family);
  let length = USUAL_LENGTH[family] + offset;
  const network = (address: bigint) => networkOf(address, length);
  const [first = 0n] = addresses;
  while (addresses.some((address) => network(address) !== network(first))) length--;
  return poolIn({ network: network(first), length, family }, name, addresses);
}

/** Its router is none that the lab has; @param had addresses that pods had in it */
function poolIn(subnet: Cidr, name: string, had: readonly bigint[]): Pool {
  const { network, length, family } = subnet;
  const router = network + 1n;
  const taken = had.includes(router);
  return {
    name,
    family,
    subnet,
    prefixLength: length - offsetOf(family),
    available: [{ first: taken ? router : router + 1n, last: rangeOfCidr(subnet).last - 1n }],
    gateway: taken ? null : formatAddress(router),
    routes: [],
    refused: false,
    manifest: null,
  };
}
