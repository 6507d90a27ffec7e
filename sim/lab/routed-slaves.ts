/**
 * Slaves in mode L3 and L3S do not answer ARP or neighbor discovery, and neither does their master for them: in a data centre
 * the switch or the administrator has a route to each. Here every other machine of the wire gets it: the pod's address is
 * on the link, at the MAC of the NIC that it is a slave of.
 */
import type { InterfacePlan, PodPlan } from '../plan/plan.ts';
import type { Rtnetlink } from '../linux/rtnetlink.ts';
import type { Host } from './host.ts';
import type { Node } from './node.ts';

/** A machine's way to the wire. */
interface Way {
  readonly rtnetlink: Rtnetlink;
  readonly ifindex: number;
}

/**
 * To be called again for a pod that comes later with an address that was there before: the last one said holds.
 * @throws SystemCallError
 */
export function announceRouted(plan: PodPlan, nodes: ReadonlyMap<string, Node>, hosts: readonly Host[]): void {
  const home = nodes.get(plan.node);
  if (home === undefined) return;
  for (const slave of plan.interfaces.filter(isRouted)) {
    const master = home.masters.get(slave.master);
    const mac = master === undefined ? undefined : home.rtnetlink.link(master)?.address;
    if (mac === undefined) continue;
    for (const { rtnetlink, ifindex } of waysTo(slave, home, nodes, hosts)) {
      for (const withPrefix of slave.addresses) {
        const address = withPrefix.slice(0, withPrefix.indexOf('/'));
        rtnetlink.addNeighbor(ifindex, address, mac);
        rtnetlink.replaceRoute({ to: `${address}/${address.includes(':') ? 128 : 32}`, ifindex });
      }
    }
  }
}

function isRouted({ mode }: Pick<InterfacePlan, 'mode'>): boolean {
  return mode !== 'l2';
}

/** Hosts have no VLANs: they reach the slaves of a NIC. */
function waysTo(
  slave: InterfacePlan,
  home: Node,
  nodes: ReadonlyMap<string, Node>,
  hosts: readonly Host[],
): readonly Way[] {
  const ofNodes = [...nodes.values()].flatMap((node): Way[] => {
    const ifindex = node.masters.get(slave.master);
    return node === home || ifindex === undefined ? [] : [{ rtnetlink: node.rtnetlink, ifindex }];
  });
  const plain = home.plan.masters.some(({ kind, name }) => kind === 'nic' && name === slave.master);
  const ofHosts = hosts.map(({ rtnetlink, attachment }): Way => ({ rtnetlink, ifindex: attachment.ifindex }));
  return plain ? [...ofNodes, ...ofHosts] : ofNodes;
}
