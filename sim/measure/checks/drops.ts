/**
 * Drops by reason and rule: for the whole run, and for one flow's time at its two ends. The dataplane's counters and
 * the queueing disciplines' own, which iperf3's "Retr 0" does not show.
 */
import { dropWords } from '../../plan/drop-words.ts';
import { routedPlaces } from '../../plan/wire/links.ts';
import { partyName } from '../../plan/plan.ts';
import type { CounterSeries } from '../observing/counter-series.ts';
import { KERNEL_LOSSES } from '../../plan/flows/kernel-losses.ts';
import { flowsOfStep, type FlowSeen, type Observations, type QdiscSeen } from '../observing/observations.ts';
import type { DropResult } from '../result.ts';
import { directions } from '../../trace/names.ts';

/** Everything dropped so far, most packets first. */
export function allDrops(seen: Observations): DropResult[] {
  const names = seen.endpointNames;
  const dataplane = [...seen.drops.values()].map((drop) => ({
    endpoint: names.get(drop.endpointId) ?? `endpoint ${drop.endpointId}`,
    direction: drop.direction,
    reason: drop.reason,
    rule: drop.rule === '' ? dropWords(drop.reason) : drop.rule,
    packets: drop.packets.last,
    bytes: drop.bytes,
  }));
  const qdiscs = [...seen.qdiscs.values()].flat().flatMap((qdisc) =>
    [...qdisc.drops].map(([reason, packets]) => ({
      endpoint: qdisc.where,
      direction: qdisc.direction,
      reason,
      rule: `${qdisc.kind} on ${qdisc.device}`,
      packets: packets.last,
      // A qdisc counts the packets that it drops, not their bytes.
      bytes: null,
    })),
  );
  const losses = [...seen.losses.values()].map(({ where, device, direction, reason, packets }) => ({
    endpoint: where,
    direction,
    reason,
    packets: packets.last,
    rule: `${lossWords(reason)}${device === null ? '' : ` (${device})`}`,
    // Nor do the counters of a network stack.
    bytes: null,
  }));
  return [...dataplane, ...qdiscs, ...losses]
    .filter(({ packets }) => packets > 0)
    .sort((a, b) => b.packets - a.packets);
}

/** Packets by reason that the dataplane dropped at some parties, or at nobody's interface, between two moments, each just behind a sampling. */
export function dropsAt(
  seen: Observations,
  parties: ReadonlySet<string>,
  fromNs: number,
  toNs: number,
): Record<string, number> {
  const packets: Record<string, number> = {};
  for (const { endpointId, reason, packets: counter } of seen.drops.values()) {
    // Endpoint 0: at an interface that the dataplane knows no endpoint for.
    if (endpointId !== 0 && !parties.has(seen.endpointNames.get(endpointId) ?? '')) continue;
    const count = counter.sampledBefore(toNs) - counter.sampledBefore(fromNs);
    if (count > 0) packets[reason] = (packets[reason] ?? 0) + count;
  }
  return packets;
}

/**
 * Those of the wire that a flow between two nodes meets, both ways: at the network interfaces of the nodes that its ends are on. Pods of
 * one NIC never do, and what others lose there is none of theirs.
 */
function wireQueues(seen: Observations, nodes: readonly string[]): QdiscSeen[] {
  if (nodes.length === 2 && nodes[0] === nodes[1]) return [];
  return directions.flatMap((direction) =>
    (seen.qdiscs.get(`underlay ${direction}`) ?? []).filter(({ device }) => isOn(nodes, device)),
  );
}

/** Packets by reason, from the flow's start to its end (or its step's, whose last sampling has all), at its two ends. */
export function flowDrops(seen: Observations, flow: FlowSeen): Record<string, number> {
  if (flow.startedNs === null) return {};
  const fromNs = flow.startedNs;
  const fromStepNs = seen.steps.get(flow.step.index)?.startedNs ?? fromNs;
  const toNs = seen.steps.get(flow.step.index)?.endedNs ?? seen.t;
  const { from, to } = flow.plan;
  const routed = routedPlaces(seen.run.plan.underlay, from, to);
  const ends = new Set([partyName(from), partyName(to), ...routed.links]);
  const stacks = new Set([...ends, ...routed.routers]);
  const { nodes } = flow;
  const names = seen.endpointNames;
  const packets: Record<string, number> = {};
  const add = (reason: string, counter: CounterSeries) => {
    const count = Math.round(counter.increase(fromNs, toNs));
    if (count > 0) packets[reason] = (packets[reason] ?? 0) + count;
  };
  for (const drop of seen.drops.values()) {
    if (ends.has(names.get(drop.endpointId) ?? '')) add(drop.reason, drop.packets);
  }
  for (const qdisc of wireQueues(seen, nodes)) {
    for (const [reason, counter] of qdisc.drops) add(reason, counter);
  }
  for (const end of ends) {
    for (const direction of directions) {
      for (const qdisc of seen.qdiscs.get(`${end} ${direction}`) ?? []) {
        for (const [reason, counter] of qdisc.drops) add(reason, counter);
      }
    }
  }
  const alone = flowsOfStep(seen, flow.step).length === 1;
  for (const { where, device, reason, packets: counter } of seen.losses.values()) {
    const own = where === 'kernel' ? alone : stacks.has(where) || (device !== null && isOn(nodes, device));
    const count = own ? counter.sampledBefore(toNs) - counter.sampledBefore(fromStepNs) : 0;
    if (count > 0) packets[reason] = (packets[reason] ?? 0) + count;
  }
  return packets;
}

/** @param device `NODE/INTERFACE` */
function isOn(nodes: readonly string[], device: string): boolean {
  return nodes.some((node) => device.startsWith(`${node}/`));
}

function lossWords(reason: string): string {
  return KERNEL_LOSSES.find((loss) => loss.reason === reason)?.words ?? '';
}
