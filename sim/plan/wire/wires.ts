/** The wires of a plan, that of its beginning and those that steps make of it, and what is to be known of all of them. */
import { allWays } from './links.ts';
import type { DeliveryTracePlan, Plan, UnderlayPlan, WireQueuePlan } from '../plan.ts';

/** Bytes of packets that may leave at a moment of a delivery trace. */
export const OPPORTUNITY_BYTES = 1500;

type Wires = Pick<Plan, 'underlay' | 'timeline'>;

export function wiresOf({ underlay, timeline }: Wires): readonly UnderlayPlan[] {
  return [underlay, ...timeline.flatMap((step) => (step.kind === 'underlay' ? [step.underlay] : []))];
}

/** Each once, in this order. */
export function tracesOf(plan: Wires): readonly DeliveryTracePlan[] {
  const ways = wiresOf(plan).flatMap(allWays);
  const traces = new Map(ways.flatMap(({ trace }) => (trace === undefined ? [] : [[trace.file, trace] as const])));
  return [...traces.values()];
}

/** There and back for the neighbour's address, and there and back for the answer. */
export const WAYS_OF_AN_ANSWER = 4;

/** Bytes of frames that fit, of those `time` lasts at the rate; null: it has its room in packets, or its discipline's own. */
export function wireQueueBytes({ bytes, timeNs }: WireQueuePlan, rateBps: number): number | null {
  return bytes ?? (timeNs === undefined ? null : (rateBps / 8) * (timeNs / 1e9));
}

/** As people read it: `fifo of 262144 bytes`, `codel`. */
export function describeWireQueue({ discipline, bytes, packets, timeNs }: WireQueuePlan): string {
  if (bytes !== undefined) return `${discipline} of ${bytes} bytes`;
  if (packets !== undefined) return `${discipline} of ${packets} packets`;
  return timeNs === undefined ? discipline : `${discipline} of ${timeNs / 1e6} ms`;
}
