/**
 * Pools of the default network where no SpiderIPPool is for it: 10.244.0.0/16, unless the pods of an exported cluster had
 * addresses elsewhere. Then they are the smallest subnets that hold these, as large as a cluster's usually are at least. Where they lie
 * far apart (two ranges of a VPC) there are several, each with a route to the others by the wire, so that all pods are neighbours as they
 * were: one subnet around all would be most of the Internet, and of one that begins at 0.0.0.0 the kernel makes no route.
 */
import {
  familyOf,
  formatAddress,
  formatCidr,
  networkOf,
  parseAddress,
  parseCidr,
  type Family,
} from '../../../dataplane/policy/address.ts';
import type { Pool } from '../ippool.ts';

/** Reaches no router: the lab has none. */
const usual: Pool = {
  name: 'ipvlane-default',
  family: 4,
  subnet: parseCidr('10.244.0.0/16'),
  prefixLength: 16,
  available: [{ first: parseAddress('10.244.0.2'), last: parseAddress('10.244.255.254') }],
  gateway: '10.244.0.1',
  routes: [],
  refused: false,
  manifest: null,
};

/** Length of a cluster's own subnet in its family: 10.42.0.0/16, fd00:10:42::/48. */
const USUAL_LENGTH: Readonly<Record<Family, number>> = { 4: 16, 6: 48 };

/** Addresses that differ before this are far apart. */
const LARGEST_LENGTH: Readonly<Record<Family, number>> = { 4: 8, 6: 16 };

/** @param had addresses that pods of the default network had */
export function fallbackPools(had: readonly bigint[]): Pool[] {
  const of = (family: Family) => had.filter((address) => familyOf(address) === family);
  const elsewhere = of(4).some((address) => networkOf(address, usual.subnet.length) !== usual.subnet.network);
  return [...(elsewhere ? poolsAround(of(4), 4) : [usual]), ...poolsAround(of(6), 6)];
}

function poolsAround(addresses: readonly bigint[], family: Family): Pool[] {
  const groups = new Map<bigint, bigint[]>();
  for (const address of addresses) {
    const network = networkOf(address, LARGEST_LENGTH[family] + offsetOf(family));
    groups.set(network, [...(groups.get(network) ?? []), address]);
  }
  const name = family === 4 ? usual.name : `${usual.name}-v6`;
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
  const base = network(first);
  const last = base | ((1n << BigInt(128 - length)) - 1n);
  const router = base + 1n;
  const taken = addresses.includes(router);
  return {
    name,
    family,
    subnet: { network: base, length, family },
    prefixLength: length - offset,
    available: [{ first: taken ? router : router + 1n, last: last - 1n }],
    gateway: taken ? null : formatAddress(router),
    routes: [],
    refused: false,
    manifest: null,
  };
}
