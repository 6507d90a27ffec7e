/**
 * Pools of the default network where no SpiderIPPool is for it: 10.244.0.0/16, unless the pods of an exported cluster had
 * addresses elsewhere. Then they are the smallest subnets that hold these, as large as a cluster's usually are at least, so
 * that all of them are neighbours as they were.
 */
import {
  familyOf,
  formatAddress,
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

/** @param had addresses that pods of the default network had */
export function fallbackPools(had: readonly bigint[]): Pool[] {
  const of = (family: Family) => had.filter((address) => familyOf(address) === family);
  const elsewhere = of(4).some((address) => networkOf(address, usual.subnet.length) !== usual.subnet.network);
  return [elsewhere ? poolAround(of(4), 4) : usual, ...(of(6).length > 0 ? [poolAround(of(6), 6)] : [])];
}

function poolAround(addresses: readonly bigint[], family: Family): Pool {
  const offset = family === 4 ? 96 : 0;
  let length = USUAL_LENGTH[family] + offset;
  const network = (address: bigint) => networkOf(address, length);
  const [first = 0n] = addresses;
  while (length > offset && addresses.some((address) => network(address) !== network(first))) length--;
  const base = network(first);
  const last = base | ((1n << BigInt(128 - length)) - 1n);
  const router = base + 1n;
  return {
    name: family === 4 ? usual.name : `${usual.name}-v6`,
    family,
    subnet: { network: base, length, family },
    prefixLength: length - offset,
    available: [{ first: base + 2n, last: last - 1n }],
    gateway: addresses.includes(router) ? null : formatAddress(router),
    routes: [],
    refused: false,
    manifest: null,
  };
}
