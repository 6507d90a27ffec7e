/**
 * Steps that are over for good: what they came to is kept, and what it was made of is given up. Without that a lab of a day would hold
 * every interval, round trip and sample of it. The trace has them all.
 */
import type { StepPlan } from '../../plan/plan.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { checksOfStep } from '../checks/checks.ts';
import type { CounterSeries } from './counter-series.ts';
import { flowResult } from '../flow/flow-result.ts';
import { LIVE_PAST_NS } from './live.ts';
import { liveFlow, type LiveFlow } from './live-flow.ts';
import { flowsOfStep, type FlowSeen, type Observations } from './observations.ts';
import { flowCurve, type FlowCurve, type RatePoint } from '../flow/rate-curve.ts';
import type { Check, FlowResult } from '../result.ts';
import type { Sampling } from './sampling.ts';

interface SettledFlow {
  readonly result: FlowResult;
  readonly curve: PackedCurve | null;
  readonly live: LiveFlow;
}

export class SettledSteps {
  /** By index in the timeline. */
  readonly #checks = new Map<number, readonly Check[]>();
  /** By flow id. */
  readonly #flows = new Map<number, SettledFlow>();
  /** Begun, and not among those. */
  readonly #unsettled = new Map<number, StepPlan>();

  /** Looks which steps have become so, when the record has been taken into what was seen. */
  look(seen: Observations, sampling: Sampling, record: TraceRecord): void {
    if (record.type !== 'step' || record.state !== 'started') return;
    const step = seen.run.plan.timeline[record.step];
    if (step === undefined) return;
    const now = [...this.#unsettled.values()].filter((one) => one !== step && isOver(seen, sampling, one));
    // Or it begins once more.
    this.#checks.delete(step.index);
    for (const { plan } of flowsOfStep(seen, step)) this.#flows.delete(plan.flowId);
    this.#unsettled.set(step.index, step);
    for (const one of now) this.#settle(seen, one);
    if (now.length > 0) forgetSeries(seen, this.#unsettled.keys());
  }

  /** null: not settled. */
  checks({ index }: StepPlan): readonly Check[] | null {
    return this.#checks.get(index) ?? null;
  }

  /** null: its step is not settled. */
  flow({ plan }: FlowSeen): Pick<SettledFlow, 'result' | 'live'> | null {
    return this.#flows.get(plan.flowId) ?? null;
  }

  /** Of every flow that began. */
  curves(seen: Observations): FlowCurve[] {
    return [...seen.flows.values()].flatMap((flow) => {
      const settled = this.#flows.get(flow.plan.flowId);
      if (settled === undefined) return flowCurve(seen, flow) ?? [];
      return settled.curve === null ? [] : unpacked(settled.curve);
    });
  }

  #settle(seen: Observations, step: StepPlan): void {
    const flows = flowsOfStep(seen, step);
    this.#checks.set(step.index, checksOfStep(seen, step));
    for (const flow of flows) {
      const curve = flowCurve(seen, flow);
      this.#flows.set(flow.plan.flowId, {
        result: flowResult(seen, flow),
        live: liveFlow(seen, flow),
        curve: curve === null ? null : packed(curve),
      });
    }
    // Not before all of them are known: flows that share a limit are judged together.
    for (const flow of flows) release(flow);
    this.#unsettled.delete(step.index);
  }
}

/** A curve whose points are numbers one behind the other: half of what a flow leaves, otherwise. */
type PackedCurve = Omit<FlowCurve, 'wire' | 'goodput'> & {
  readonly wire: Float64Array;
  readonly goodput: Float64Array;
};

function packed(curve: FlowCurve): PackedCurve {
  const pack = (points: readonly RatePoint[]) => Float64Array.from(points.flatMap(({ s, bps }) => [s, bps]));
  return { ...curve, wire: pack(curve.wire), goodput: pack(curve.goodput) };
}

function unpacked(curve: PackedCurve): FlowCurve {
  const unpack = (numbers: Float64Array) =>
    Array.from({ length: numbers.length / 2 }, (_, i) => ({ s: numbers[2 * i] ?? 0, bps: numbers[2 * i + 1] ?? 0 }));
  return { ...curve, wire: unpack(curve.wire), goodput: unpack(curve.goodput) };
}

/**
 * Another step begins, so all has been told of what was full in this one; and a whole sampling began after its end, so no sample to come
 * says anything of the time before it.
 */
function isOver(seen: Observations, sampling: Sampling, step: StepPlan): boolean {
  const endedNs = seen.steps.get(step.index)?.endedNs ?? null;
  if (endedNs === null || sampling.previousNs <= endedNs) return false;
  return flowsOfStep(seen, step).every(({ state }) => state !== 'started');
}

function release(flow: FlowSeen): void {
  const { sender, receiver, pings, requests, laterLimits } = flow;
  flow.receiverPod = null;
  for (const { rttNs, askedNs } of [pings.idle, pings.load]) [rttNs.length, askedNs.length] = [0, 0];
  [requests.latencyNs.length, requests.askedNs.length, requests.connectNs.length] = [0, 0, 0];
  [sender.length, receiver.length, laterLimits.length] = [0, 0, 0];
}

/** Of each counter what no step that is left, nor the live view, asks for. */
function forgetSeries(seen: Observations, unsettled: Iterable<number>): void {
  const begins = [...unsettled].map((index) => seen.steps.get(index)?.startedNs ?? 0);
  const beforeNs = Math.min(seen.t, ...begins) - LIVE_PAST_NS;
  for (const series of everySeries(seen)) series.forgetBefore(beforeNs);
}

function* everySeries({ endpoints, qdiscs, drops, losses }: Observations): Generator<CounterSeries> {
  for (const { offeredBytes, passedBytes } of endpoints.values()) yield* [offeredBytes, passedBytes];
  for (const devices of qdiscs.values()) for (const qdisc of devices) yield* [qdisc.bytes, ...qdisc.drops.values()];
  for (const { packets } of [...drops.values(), ...losses.values()]) yield packets;
}
