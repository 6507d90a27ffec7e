/**
 * Slaves in mode L3 and L3S do not answer ARP or neighbor discovery, and neither does their master for them: in a data centre
 * the switch or the administrator has a route to each. Here every other machine of the wire gets it: the pod's address is
 * on the link, at the MAC of the NIC that it is a slave of.
 */
import type { HostPlan, InterfacePlan, NodePlan, PodPlan } from '../plan/plan.ts';

/** Who must be told of a slave, and what. */
export interface RoutedSlave {
  /** Of the pod's node. */
  readonly master: string;
  /** Without prefix. */
  readonly addresses: readonly string[];
  readonly machines: readonly RoutingMachine[];
}

export interface RoutingMachine {
  readonly kind: 'node' | 'host';
  readonly name: string;
  /** Its way to the wire. */
  readonly device: string;
}

/** The slaves of a pod that answer no neighbour. Hosts have no VLANs: they reach the slaves of a NIC. */
export function routedSlaves(
  pod: Pick<PodPlan, 'node' | 'interfaces'>,
  nodes: readonly NodePlan[],
  hosts: readonly HostPlan[],
): RoutedSlave[] {
  const home = nodes.find(({ name }) => name === pod.node);
  return pod.interfaces.filter(isRouted).map(({ master, addresses }) => {
    const plain = home?.masters.some(({ kind, name }) => kind === 'nic' && name === master) === true;
    const others = nodes.filter((node) => node !== home && node.masters.some(({ name }) => name === master));
    return {
      master,
      addresses: addresses.map((withPrefix) => withPrefix.slice(0, withPrefix.indexOf('/'))),
      machines: [
        ...others.map(({ name }) => ({ kind: 'node' as const, name, device: master })),
        ...(plain ? hosts.filter(({ portRoutes }) => portRoutes === undefined) : []).map(({ name }) => ({
          kind: 'host' as const,
          name,
          device: HOST_DEVICE,
        })),
      ],
    };
  });
}

/** The destination of the route to an address alone. */
export function toAddressAlone(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

const HOST_DEVICE = 'eth0';

function isRouted({ mode }: Pick<InterfacePlan, 'mode'>): boolean {
  return mode !== 'l2';
}
