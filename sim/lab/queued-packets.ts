/** What is on its way: packets in the queues of the wire and of some pods, as the kernel says now. */
import { TC_H_ROOT } from '../linux/qdisc.ts';
import type { Rtnetlink } from '../linux/rtnetlink.ts';
import { groupByNamespace } from './sampling.ts';
import type { Topology } from './topology.ts';

/** @param parties names of those whose own queues count; of a pod without a dataplane, and of a node, there is none. @throws SystemCallError */
export function queuedPackets(
  { endpoints, wires }: Pick<Topology, 'endpoints' | 'wires'>,
  parties: ReadonlySet<string>,
): number {
  let packets = 0;
  for (const { name, rtnetlink } of endpoints.values()) if (parties.has(name)) packets += inRoots(rtnetlink, null);
  const byNamespace = groupByNamespace(wires);
  for (const [rtnetlink, places] of byNamespace)
    packets += inRoots(rtnetlink, new Set(places.map(({ ifindex }) => ifindex)));
  return packets;
}

/** A root counts what is in the queues below it too. */
function inRoots(rtnetlink: Rtnetlink, ifindexes: ReadonlySet<number> | null): number {
  return rtnetlink
    .qdiscs()
    .filter(({ parent, ifindex }) => parent === TC_H_ROOT && (ifindexes?.has(ifindex) ?? true))
    .reduce((sum, { qlen }) => sum + qlen, 0);
}
