/** How many neighbours a lab may have: what its kernel's tables must hold. Pure. */
import { isIPv6 } from 'node:net';
import type { AddressFamily } from '../../linux/neighbour-table.ts';
import { withoutPrefix } from '../../plan/ipam/address-of-cidr.ts';
import type { Plan, PodPlan } from '../../plan/plan.ts';
import { sum } from '../../plan/flows/sum.ts';

/** A network namespace with addresses, as CIDR text, interface by interface. */
export type Machine = readonly (readonly string[])[];

export type NeighbourRoom = Readonly<Record<AddressFamily, number>>;

/** Everybody who sends: pods, nodes, hosts. @param pods as they are now; the plan's are those of the beginning */
export function machinesOf({ nodes, hosts }: Pick<Plan, 'nodes' | 'hosts'>, pods: Iterable<PodPlan>): Machine[] {
  return [
    ...nodes.map(({ masters }) => masters.map(({ addresses }) => addresses)),
    ...hosts.map(({ addresses }) => [addresses]),
    ...[...pods].map(({ interfaces }) => interfaces.map(({ addresses }) => addresses)),
  ];
}

/**
 * Entries of each table when everybody has spoken to everybody: every interface has one for every address of the others,
 * since each namespace looks its neighbours up by itself. A policy changes nothing in that: the neighbour is looked up before
 * the packet meets a program. n pods on one wire make n(n-1); 33 of them are more than the 1024 that a kernel takes by itself.
 * IPv6 asks a multicast group for each address, which is a neighbour too.
 */
export function neighbourDemand(machines: readonly Machine[]): NeighbourRoom {
  return { ipv4: demandOf(machines, false, 1), ipv6: demandOf(machines, true, 2) };
}

/** What to set: the demand and a quarter more, never less than the kernel takes by itself. */
export function neighbourRoom(machines: readonly Machine[]): NeighbourRoom {
  const { ipv4, ipv6 } = neighbourDemand(machines);
  const withRoom = (demand: number): number => Math.max(KERNELS_OWN, Math.ceil(demand * 1.25));
  return { ipv4: withRoom(ipv4), ipv6: withRoom(ipv6) };
}

function demandOf(machines: readonly Machine[], six: boolean, entriesEach: number): number {
  const counts = machines.map((interfaces) =>
    interfaces
      .map((addresses) => addresses.filter((address) => isIPv6(withoutPrefix(address)) === six).length)
      .filter((count) => count > 0),
  );
  const all = sum(counts.flat());
  return sum(counts.map((own) => own.length * ((all - sum(own)) * entriesEach + BESIDES)));
}

/** Of each interface: gateways that nobody has, all-nodes and all-routers groups, its own link-local address. */
const BESIDES = 8;

/** `gc_thresh3` of arp_tbl and nd_tbl (net/ipv4/arp.c, net/ipv6/ndisc.c), from 2.4 to 7.x. */
const KERNELS_OWN = 1024;
