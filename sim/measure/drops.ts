/**
 * Drops by reason and rule: for the whole run, and for one flow's time at its two ends. The dataplane's counters and
 * the queueing disciplines' own, which iperf3's "Retr 0" does not show.
 */
import { partyName } from '../plan/plan.ts';
import type { CounterSeries } from './counter-series.ts';
import type { FlowSeen, Observations } from './observations.ts';
import type { DropResult } from './result.ts';

/** Everything dropped so far, most packets first. */
export function allDrops(seen: Observations): DropResult[] {
  const names = seen.endpointNames;
  const dataplane = [...seen.drops.values()].map((drop) => ({
    endpoint: names.get(drop.endpointId) ?? `endpoint ${drop.endpointId}`,
    direction: drop.direction,
    reason: drop.reason,
    rule: drop.rule,
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
      bytes: 0,
    })),
  );
  return [...dataplane, ...qdiscs].filter(({ packets }) => packets > 0).sort((a, b) => b.packets - a.packets);
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

/** Packets by reason, from the flow's start to its end (or its step's, whose last sampling has all), at its two ends. */
export function flowDrops(seen: Observations, flow: FlowSeen): Record<string, number> {
  if (flow.startedNs === null) return {};
  const fromNs = flow.startedNs;
  const toNs = seen.steps.get(flow.step.index)?.endedNs ?? seen.t;
  const ends = new Set([partyName(flow.plan.from), partyName(flow.plan.to)]);
  const names = seen.endpointNames;
  const packets: Record<string, number> = {};
  const add = (reason: string, counter: CounterSeries) => {
    const count = Math.round(counter.increase(fromNs, toNs));
    if (count > 0) packets[reason] = (packets[reason] ?? 0) + count;
  };
  for (const drop of seen.drops.values()) {
    if (ends.has(names.get(drop.endpointId) ?? '')) add(drop.reason, drop.packets);
  }
  for (const end of ends) {
    for (const direction of ['ingress', 'egress']) {
      for (const qdisc of seen.qdiscs.get(`${end} ${direction}`) ?? []) {
        for (const [reason, counter] of qdisc.drops) add(reason, counter);
      }
    }
  }
  return packets;
}
