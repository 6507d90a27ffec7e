/**
 * The rate of a flow on the wire, after its first second.
 *
 * When several flows of a step pass one counter, its bytes are divided in proportion to the frames that the receivers' payload came in. The
 * acknowledgements of a flow in the other direction are counted with the rest, as the limit counts them.
 */
import type { TimeSpan } from '../../plan/flows/mean-over-time.ts';
import { isToItself, partyName, type FlowPlan } from '../../plan/plan.ts';
import { flowWindow, steadyPart } from './flow-window.ts';
import { payloadBytes } from './goodput.ts';
import { flowsBeside, type FlowSeen, type Observations } from '../observing/observations.ts';
import { wireCounter, type WireCounter } from './wire-counter.ts';

/** Bits per second over the flow's steady part; null when it was not counted or too short. */
export function wireBps(seen: Observations, flow: FlowSeen): number | null {
  const window = flowWindow(seen, flow);
  const steady = window && steadyPart(window);
  return steady && wireBpsBetween(seen, flow, steady);
}

/** The same of another time. */
export function wireBpsBetween(seen: Observations, flow: FlowSeen, { fromNs, toNs }: TimeSpan): number | null {
  const counter = wireCounter(seen, flow);
  if (!counter) return null;
  const share = shareOf(seen, counter, flow, fromNs, toNs);
  return share === null ? null : share * counter.bytes.rate(fromNs, toNs) * 8;
}

/**
 * A flow's part of the bytes that passed a counter, by the payload that each receiver got meanwhile and how much of a frame is payload:
 * small datagrams beside a download are more on the wire than their payload says. Frames of UDP are known; what is left is TCP's,
 * whose segments are not all full.
 * @returns 0..1; null when another flow's payload is not known
 */
export function shareOf(
  seen: Observations,
  counter: WireCounter,
  flow: FlowSeen,
  fromNs: number,
  toNs: number,
): number | null {
  if (counter.flows.length <= 1) return 1;
  const known = counter.flows.every(({ plan }) => (plan.efficiency ?? 0) > 0);
  const bytes = { TCP: 0, UDP: 0 };
  let own = 0;
  for (const each of counter.flows) {
    const window = flowWindow(seen, each);
    if (window === null) continue;
    if (each.receiver.length === 0) return null;
    const payload = payloadBytes(each.receiver, fromNs - window.firstByteNs, toNs - window.firstByteNs);
    const framed = known ? payload / (each.plan.efficiency ?? 1) : payload;
    bytes[each.plan.protocol] += framed;
    if (each === flow) own = framed;
  }
  const counted = (counter.bytes.rate(fromNs, toNs) * (toNs - fromNs)) / 1e9;
  const leftToTcp = counted - bytes.UDP;
  if (!known || bytes.UDP === 0 || bytes.TCP === 0 || leftToTcp <= 0)
    return bytes.TCP + bytes.UDP === 0 ? null : own / (bytes.TCP + bytes.UDP);
  return flow.plan.protocol === 'UDP' ? own / counted : ((own / bytes.TCP) * leftToTcp) / counted;
}

/** The flows that the limit in force on this one holds together, itself among them; null when that cannot be said. */
export function flowsBehindLimit(seen: Observations, flow: FlowSeen): readonly FlowSeen[] | null {
  const together = flowsBeside(seen, flow);
  const party = LIMITED_PARTY[flow.plan.configuredBy ?? 'underlay'];
  // Flows on the underlay meet at the ports of nodes, which one cannot tell from here.
  if (party === null) return together.length === 1 ? together : null;
  const own = partyName(flow.plan[party]);
  return together.filter(({ plan }) => partyName(plan[party]) === own && !isToItself(plan));
}

const LIMITED_PARTY: Readonly<Record<NonNullable<FlowPlan['configuredBy']>, 'from' | 'to' | null>> = {
  egress: 'from',
  ingress: 'to',
  underlay: null,
};
