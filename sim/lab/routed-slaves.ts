/** Tells the machines of the wire where the slaves are that answer no neighbour, and takes it back when they go. */
import type { Rtnetlink } from '../linux/rtnetlink.ts';
import type { PodPlan } from '../plan/plan.ts';
import type { Host } from './host.ts';
import type { Node } from './node.ts';
import { routedSlaves, toAddressAlone, type RoutingMachine } from './routed-machines.ts';

/** A machine's way to the wire. */
interface Way {
  readonly rtnetlink: Rtnetlink;
  readonly ifindex: number;
}

type Told = (way: Way, address: string, mac: string) => void;

/** @throws SystemCallError */
export function announceRouted(plan: PodPlan, nodes: ReadonlyMap<string, Node>, hosts: readonly Host[]): void {
  tell(plan, nodes, hosts, ({ rtnetlink, ifindex }, address, mac) => {
    rtnetlink.addNeighbor(ifindex, address, mac);
    rtnetlink.replaceRoute({ to: toAddressAlone(address), ifindex });
  });
}

/** To be called before another pod with one of its addresses is announced. @throws SystemCallError */
export function withdrawRouted(plan: PodPlan, nodes: ReadonlyMap<string, Node>, hosts: readonly Host[]): void {
  tell(plan, nodes, hosts, ({ rtnetlink, ifindex }, address) => {
    rtnetlink.deleteRoute({ to: toAddressAlone(address), ifindex });
    rtnetlink.deleteNeighbor(ifindex, address);
  });
}

function tell(plan: PodPlan, nodes: ReadonlyMap<string, Node>, hosts: readonly Host[], what: Told): void {
  const home = nodes.get(plan.node);
  if (home === undefined) return;
  const nodePlans = [...nodes.values()].map((node) => node.plan);
  const hostPlans = hosts.map((host) => host.plan);
  for (const { master, addresses, machines } of routedSlaves(plan, nodePlans, hostPlans)) {
    const index = home.masters.get(master);
    const mac = index === undefined ? undefined : home.rtnetlink.link(index)?.address;
    if (mac === undefined) continue;
    for (const machine of machines) {
      const way = wayOf(machine, nodes, hosts);
      if (way !== null) for (const address of addresses) what(way, address, mac);
    }
  }
}

function wayOf(machine: RoutingMachine, nodes: ReadonlyMap<string, Node>, hosts: readonly Host[]): Way | null {
  if (machine.kind === 'host') {
    const host = hosts.find(({ plan }) => plan.name === machine.name);
    return host === undefined ? null : { rtnetlink: host.rtnetlink, ifindex: host.attachment.ifindex };
  }
  const node = nodes.get(machine.name);
  const ifindex = node?.masters.get(machine.device);
  return node === undefined || ifindex === undefined ? null : { rtnetlink: node.rtnetlink, ifindex };
}
