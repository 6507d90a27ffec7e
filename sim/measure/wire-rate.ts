/**
 * The rate of a flow on the wire, behind whatever shapes it, counted by somebody who is not the shaper.
 *
 * | receiver | counted |
 * | --- | --- |
 * | pod with an ingress limit | bytes that the IFB's root qdisc dequeued: what comes out behind the ingress shaper |
 * | pod without one | bytes that reached the receiver's ingress hook |
 * | pod without a dataplane, host, node | bytes that the sender's root qdisc dequeued: behind the sender's fq |
 *
 * When several flows of a step pass one counter, its bytes are divided in proportion to the receivers' payload. The
 * acknowledgements of a flow in the other direction are counted with the rest, as the limit counts them.
 */
import { partyName, type FlowPlan } from '../plan/plan.ts';
import type { CounterSeries } from './counter-series.ts';
import { flowWindow, steadyPart } from './flow-window.ts';
import { payloadBytes } from './goodput.ts';
import { flowsOfStep, type FlowSeen, type Observations } from './observations.ts';

export interface WireCounter {
  /** For people: what was counted. */
  readonly place: string;
  readonly bytes: CounterSeries;
  /** Flows of the same step whose payload passes this counter, the flow itself among them. */
  readonly flows: readonly FlowSeen[];
}

/** Where a flow's wire bytes are counted; null when nobody counted them. */
export function wireCounter(seen: Observations, flow: FlowSeen): WireCounter | null {
  const { from, to } = flow.plan;
  const receiver = partyName(to);
  const pod = to.kind === 'pod' ? podOf(seen, receiver) : undefined;
  const together = flowsOfStep(seen, flow.step);
  const atReceiver = () => together.filter(({ plan }) => partyName(plan.to) === receiver);
  if (pod?.enforced === true) {
    if (pod.limits.ingressBps !== null) {
      const bytes = qdiscBytes(seen, receiver, 'ingress');
      return (
        bytes && { place: `${receiver}: dequeued by the IFB behind the ingress limit`, bytes, flows: atReceiver() }
      );
    }
    const bytes = seen.endpoints.get(`${pod.endpointId} ingress`)?.offeredBytes;
    return bytes ? { place: `${receiver}: arrived at the slave`, bytes, flows: atReceiver() } : null;
  }
  const sender = partyName(from);
  const bytes = qdiscBytes(seen, sender, 'egress');
  return (
    bytes && {
      place: `${sender}: dequeued by the slave's root qdisc`,
      bytes,
      flows: together.filter(({ plan }) => partyName(plan.from) === sender),
    }
  );
}

/** Bits per second over the flow's steady part; null when it was not counted or too short. */
export function wireBps(seen: Observations, flow: FlowSeen): number | null {
  const counter = wireCounter(seen, flow);
  const window = flowWindow(flow, seen.t);
  const steady = window && steadyPart(window);
  if (!counter || !steady) return null;
  const share = shareOf(counter, flow, seen.t, steady.fromNs, steady.toNs);
  return share === null ? null : share * counter.bytes.rate(steady.fromNs, steady.toNs) * 8;
}

/**
 * A flow's part of the bytes that passed a counter, by the payload that each receiver got meanwhile.
 * @returns 0..1; null when another flow's payload is not known
 */
export function shareOf(
  counter: WireCounter,
  flow: FlowSeen,
  nowNs: number,
  fromNs: number,
  toNs: number,
): number | null {
  if (counter.flows.length <= 1) return 1;
  let all = 0;
  let own = 0;
  for (const each of counter.flows) {
    const window = flowWindow(each, nowNs);
    if (window === null) continue;
    if (each.receiver.length === 0) return null;
    const bytes = payloadBytes(each.receiver, fromNs - window.firstByteNs, toNs - window.firstByteNs);
    all += bytes;
    if (each === flow) own = bytes;
  }
  return all === 0 ? null : own / all;
}

/** The flows that the limit in force on this one holds together, itself among them; null when that cannot be said. */
export function flowsBehindLimit(seen: Observations, flow: FlowSeen): readonly FlowSeen[] | null {
  const together = flowsOfStep(seen, flow.step);
  const party = LIMITED_PARTY[flow.plan.configuredBy ?? 'underlay'];
  // Flows on the underlay meet at the ports of nodes, which one cannot tell from here.
  if (party === null) return together.length === 1 ? together : null;
  const own = partyName(flow.plan[party]);
  return together.filter(({ plan }) => partyName(plan[party]) === own);
}

const LIMITED_PARTY: Readonly<Record<NonNullable<FlowPlan['configuredBy']>, 'from' | 'to' | null>> = {
  egress: 'from',
  ingress: 'to',
  underlay: null,
};

function podOf(seen: Observations, name: string) {
  return seen.run.plan.pods.find((pod) => `${pod.namespace}/${pod.name}` === name);
}

/** Of several devices the one that moved most: eth0 or its IFB, not an idle second network. */
function qdiscBytes(seen: Observations, where: string, direction: 'ingress' | 'egress'): CounterSeries | null {
  const devices = seen.qdiscs.get(`${where} ${direction}`) ?? [];
  return devices.reduce<CounterSeries | null>(
    (most, { bytes }) => (most === null || bytes.last > most.last ? bytes : most),
    null,
  );
}
