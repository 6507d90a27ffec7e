/** A machine on the wire to measure a pod's limits against, where no other pod will do. Pure. */
import { cidrContains, formatAddress, formatCidr, parseAddress, parseCidr } from '../../../dataplane/policy/address.ts';
import { withoutPrefix } from '../ipam/address-of-cidr.ts';
import { holds } from '../ipam/ip-range.ts';
import type { Pool } from '../ipam/ippool.ts';
import type { Party } from '../cluster/parties.ts';
import type { HostPlan, InterfacePlan, NodePlan, PodPlan } from '../plan.ts';

export interface PeerHost {
  readonly plan: HostPlan;
  readonly party: Party;
}

/** Whose addresses nobody else may have. */
export interface Neighbourhood {
  readonly pods: readonly PodPlan[];
  readonly hosts: readonly HostPlan[];
  readonly nodes: readonly NodePlan[];
  /** A later pod may get an address of theirs. */
  readonly pools: readonly Pick<Pool, 'available' | 'gateway'>[];
}

/** Hands out one host for each subnet, `host:peer`, `host:peer-2`, ..., at the highest address that nobody has. */
export class PeerHosts {
  readonly #around: Neighbourhood;
  readonly #bySubnet = new Map<string, PeerHost | null>();
  #taken: Set<bigint> | null = null;

  constructor(around: Neighbourhood) {
    this.#around = around;
  }

  /** Null where it could not be reached: behind a VLAN, or in a subnet without a free address. */
  beside(pod: PodPlan): PeerHost | null {
    const slave = pod.interfaces[0];
    const address = slave?.addresses[0];
    if (slave === undefined || address === undefined || vlanOf(this.#around.nodes, pod.node, slave) !== null)
      return null;
    const subnet = formatCidr(parseCidr(address));
    let host = this.#bySubnet.get(subnet);
    if (host === undefined) {
      host = this.#make(subnet);
      this.#bySubnet.set(subnet, host);
    }
    return host;
  }

  #make(subnet: string): PeerHost | null {
    const address = this.#freeIn(subnet);
    if (address === null) return null;
    const number = [...this.#bySubnet.values()].filter((one) => one !== null).length + 1;
    const names = new Set(this.#around.hosts.map(({ name }) => name));
    const name = [number === 1 ? 'peer' : `peer-${number}`, `measuring-peer-${number}`].find((one) => !names.has(one));
    if (name === undefined) return null;
    const plan = { name, addresses: [`${formatAddress(address)}/${subnet.split('/')[1] ?? ''}`], routes: [] };
    const none = { pod: null, slave: null, coordinated: false, masters: [] };
    const party = { plan: { kind: 'host', name } as const, name: `host:${name}`, addresses: [formatAddress(address)] };
    return { plan, party: { ...party, ...none } };
  }

  /** Outside the pools where there is room, so that no later pod gets it. */
  #freeIn(subnet: string): bigint | null {
    const cidr = parseCidr(subnet);
    const size = 1n << BigInt(128 - cidr.length);
    // The last address of an IPv4 subnet is its broadcast address.
    const last = cidr.network + size - 2n;
    const first = cidr.network + 1n;
    const taken = (this.#taken ??= takenAddresses(this.#around));
    const free = (address: bigint): boolean => cidrContains(cidr, address) && !taken.has(address);
    const ranges = this.#around.pools.flatMap(({ available }) => available);
    let fallback: bigint | null = null;
    for (let address = last, tries = 0; address >= first && tries < MOST_TRIES; tries++) {
      const pool = ranges.find((one) => holds(one, address));
      if (free(address)) {
        if (pool === undefined) return address;
        fallback ??= address;
      }
      // Within a pool the highest that is free will do; the others of it need not be looked at.
      address = pool === undefined || fallback === null ? address - 1n : pool.first - 1n;
    }
    return fallback;
  }
}

/** The VLAN that an interface's packets carry on the wire; null: none. */
export function vlanOf(nodes: readonly NodePlan[], node: string, { master }: InterfacePlan): number | null {
  const found = nodes.find(({ name }) => name === node)?.masters.find(({ name }) => name === master);
  return found?.kind === 'vlan' ? found.vlanId : null;
}

function takenAddresses({ pods, hosts, nodes, pools }: Neighbourhood): Set<bigint> {
  const interfaces = pods.flatMap((pod) => pod.interfaces);
  const texts = [
    ...interfaces.flatMap(({ addresses, routes }) => [...addresses, ...routes.flatMap(({ via }) => via ?? [])]),
    ...pools.flatMap(({ gateway }) => gateway ?? []),
    ...hosts.flatMap(({ addresses }) => addresses),
    ...nodes.flatMap(({ masters }) => masters.flatMap(({ addresses }) => addresses)),
  ];
  return new Set(texts.map((text) => parseAddress(withoutPrefix(text))));
}

const MOST_TRIES = 65_536;
