/**
 * Where the wire bytes of a flow are counted: behind whatever shapes it, by somebody who is not the shaper.
 *
 * | receiver | counted |
 * | --- | --- |
 * | pod with an ingress limit | bytes that the IFB's root qdisc dequeued: what comes out behind the ingress shaper |
 * | pod without one | bytes that reached the receiver's ingress hook |
 * | outside host | bytes that the underlay's port in front of it let out |
 * | the sender itself | nowhere: what goes over its loopback is no wire's |
 * | pod without a dataplane, node | bytes that the sender's root qdisc dequeued: behind the sender's fq |
 */
import { isToItself, partyName } from '../../plan/plan.ts';
import { limitBy } from '../../plan/wire/way-limits.ts';
import type { CounterSeries } from '../observing/counter-series.ts';
import { flowsBeside, type FlowSeen, type Observations } from '../observing/observations.ts';
import type { Direction } from '../../trace/names.ts';

export interface WireCounter {
  /** For people: what was counted. */
  readonly place: string;
  readonly bytes: CounterSeries;
  /** How much later than at the sender a byte is counted, queues apart. */
  readonly behindNs: number;
  /** Flows of the same step whose payload passes this counter, the flow itself among them. */
  readonly flows: readonly FlowSeen[];
}

/** Where a flow's wire bytes are counted; null when nobody counted them. */
export function wireCounter(seen: Observations, flow: FlowSeen): WireCounter | null {
  const { from, to } = flow.plan;
  if (isToItself(flow.plan)) return null;
  const receiver = partyName(to);
  const pod = to.kind === 'pod' ? flow.receiverPod : null;
  const together = flowsBeside(seen, flow).filter(({ plan }) => !isToItself(plan));
  const behindNs = flow.plan.delayNs ?? 0;
  const atReceiver = () => together.filter(({ plan }) => partyName(plan.to) === receiver);
  if (pod?.enforced === true) {
    const limited = [
      pod.limits.ingressBps !== null,
      ...flow.laterLimits.map(({ limits }) => limitBy('ingress', limits) !== null),
    ];
    if (limited.includes(true) && limited.includes(false)) {
      // With a limit and without one by turns: what the hooks let go, which is what leaves the IFB but for its backlog.
      const bytes = seen.endpoints.get(`${pod.endpointId} ingress`)?.passedBytes;
      return bytes ? { place: `${receiver}: let go by its ingress hooks`, bytes, behindNs, flows: atReceiver() } : null;
    }
    if (limited.includes(true)) {
      const bytes = qdiscBytes(seen, receiver, 'ingress');
      return (
        bytes && {
          place: `${receiver}: dequeued by the IFB behind the ingress limit`,
          bytes,
          behindNs,
          flows: atReceiver(),
        }
      );
    }
    const bytes = seen.endpoints.get(`${pod.endpointId} ingress`)?.offeredBytes;
    return bytes ? { place: `${receiver}: arrived at the slave`, bytes, behindNs, flows: atReceiver() } : null;
  }
  const arrived = to.kind === 'host' ? qdiscBytes(seen, receiver, 'ingress') : null;
  if (arrived)
    return { place: `${receiver}: let out by the underlay's port`, bytes: arrived, behindNs, flows: atReceiver() };
  const sender = partyName(from);
  const bytes = qdiscBytes(seen, sender, 'egress');
  return (
    bytes && {
      place: `${sender}: dequeued by the slave's root qdisc`,
      bytes,
      behindNs: 0,
      flows: together.filter(({ plan }) => partyName(plan.from) === sender),
    }
  );
}

/** Of several devices the one that moved most: eth0 or its IFB, not an idle second network. */
function qdiscBytes(seen: Observations, where: string, direction: Direction): CounterSeries | null {
  const devices = seen.qdiscs.get(`${where} ${direction}`) ?? [];
  return devices.reduce<CounterSeries | null>(
    (most, { bytes }) => (most === null || bytes.last > most.last ? bytes : most),
    null,
  );
}
