/**
 * A node and a pod that is a slave of its own NIC: ipvlan delivers nothing between a master and its slaves, in no mode
 * (Linux, drivers/net/ipvlan/ipvlan_core.c). In a cluster Spiderpool's coordinator gives the pod a second interface,
 * `veth0`, for that; the lab does not make it.
 */
import { withoutPrefix } from '../ipam/address-of-cidr.ts';
import type { Party } from '../cluster/parties.ts';

export interface OwnNode {
  readonly message: string;
  readonly help: string;
}

/** Why the two cannot talk by these addresses; null where nothing of this kind is in the way. */
export function betweenNodeAndOwnPod(from: Party, fromAddress: string, to: Party, toAddress: string): OwnNode | null {
  const [node, address, pod] = from.pod === null ? [from, fromAddress, to] : [to, toAddress, from];
  if (pod.pod === null || node.plan.kind !== 'node' || node.plan.name !== pod.pod.node) return null;
  const master = node.masters.find(({ addresses }) => addresses.some((cidr) => withoutPrefix(cidr) === address));
  if (master === undefined || master.name !== pod.slave?.master) return null;
  return {
    message: `${node.name} and ${pod.name} cannot reach each other: the pod is a slave of the node's own ${master.name}, and ipvlan delivers nothing between a master and its slaves`,
    help: pod.coordinated
      ? `in a cluster the coordinator of network ${pod.slave.network ?? '(default)'} adds \`veth0\` for this, which is not modelled; take a pod of another node, or a host`
      : `nor could they in a cluster: the chain of ${pod.slave.network ?? 'its network'} has no coordinator, which would add \`veth0\` for this; take a pod of another node, or a host`,
  };
}
