/**
 * A flow's row of `result.json`.
 */
import { partyName, type MeasuredLimit } from '../../plan/plan.ts';
import { boundOf, predictedWireBps } from './bound.ts';
import { flowDrops } from '../checks/drops.ts';
import { limitError } from './error.ts';
import { firstSecondBps } from './first-second.ts';
import { flowWindow, steadyPart } from './flow-window.ts';
import { goodputBps } from './goodput.ts';
import { jainIndex } from './jain-index.ts';
import { heldSpans, meanOver } from './held-for.ts';
import { limitsInTurn } from './limit-spans.ts';
import type { FlowSeen, Observations } from '../observing/observations.ts';
import { processorSecondsPerGbit } from '../machine/processor-cost.ts';
import { percentile } from './percentile.ts';
import type { FlowResult } from '../result.ts';
import { flowsBehindLimit, wireBps } from './wire-rate.ts';
import { sum } from '../../plan/flows/sum.ts';

/** What is known of a flow at the newest record. */
export function flowResult(seen: Observations, flow: FlowSeen): FlowResult {
  const { plan, totals } = flow;
  const window = flowWindow(seen, flow);
  const steady = window && steadyPart(window);
  const spans = heldSpans(seen, flow);
  return {
    flow_id: plan.flowId,
    step: flow.step.name,
    from: partyName(plan.from),
    to: partyName(plan.to),
    protocol: plan.protocol,
    streams: plan.streams,
    generator: flow.generator,
    seconds: window === null ? 0 : (window.lastByteNs - window.firstByteNs) / 1e9,
    configured_bps: plan.configuredBps,
    ...(spans.length > 1
      ? { mean_configured_bps: meanOver(spans, steady, ({ plan: held }) => held.configuredBps) }
      : {}),
    offered_bps: plan.offeredBps,
    bound_by: boundBy(seen, flow),
    predicted_wire_bps: meanOver(spans, steady, ({ plan: held }) => predictedWireBps(held)),
    wire_bps: wireBps(seen, flow),
    goodput_bps: goodputBps(flow.receiver),
    predicted_goodput_bps: meanOver(spans, steady, ({ plan: held }) => held.predictedGoodputBps),
    predicted_first_second_bps: plan.share?.firstSecondBps ?? predictedWireBps(spans[0]?.plan ?? plan),
    ...limitError(seen, flow),
    bound_at: plan.share?.at ?? null,
    remark: remarkOf(flow),
    flows_behind_limit: plan.configuredBps === null ? null : (flowsBehindLimit(seen, flow)?.length ?? null),
    first_second_bps: firstSecondBps(seen, flow),
    ...volumeOf(flow, spans.length === 1),
    retransmits: totals?.retransmits ?? sumOrNull(flow.sender.map(({ retransmits }) => retransmits)),
    lost_packets: totals?.lostPackets ?? sumOrNull(flow.receiver.map(({ lostPackets }) => lostPackets)),
    loss_pct: lossPct(flow),
    rtt_us: roundTrips(flow),
    request_us: requestLatencies(flow),
    ...connectionsOf(flow),
    one_way_us: oneWayDelays(flow),
    jitter_us: totals?.jitterNs === undefined ? null : totals.jitterNs / 1000,
    fairness: streamFairness(flow),
    cpu_s_per_gbit: processorSecondsPerGbit(seen, flow),
    drops: flowDrops(seen, flow),
    ...(plan.measures === undefined ? {} : { measures: measuredLimit(plan.measures) }),
  };
}

/** @param steady nothing that holds it changed while it ran, so that its time is what the plan foretold */
function volumeOf({ plan: { volume }, totals, receiver }: FlowSeen, steady: boolean): Pick<FlowResult, 'volume'> {
  if (volume === undefined) return {};
  const ms = (ns: number | undefined): number | null => (ns === undefined ? null : ns / 1e6);
  return {
    volume: {
      bytes: volume.bytes,
      received_bytes: totals?.receivedBytes ?? receiver.reduce((sum, { bytes }) => sum + bytes, 0),
      completion_ms: ms(totals?.completedNs),
      predicted_completion_ms: steady ? ms(volume.predictedNs) : null,
    },
  };
}

function measuredLimit({ of, direction, limitBps, replicas }: MeasuredLimit): NonNullable<FlowResult['measures']> {
  return { of, direction, limit_bps: limitBps, replicas };
}

/** What went wrong with its ends. */
function remarkOf({ went, startedNs }: FlowSeen): string | null {
  if (went === null || startedNs === null) return null;
  return `${went.party} was deleted ${((went.atNs - startedNs) / 1e9).toFixed(1)} s after the flow began`;
}

/** Of the lowest limit that stood while it ran. */
function boundBy(seen: Observations, flow: FlowSeen): FlowResult['bound_by'] {
  const { share } = flow.plan;
  if (share !== undefined && flow.laterLimits.length === 0) return share.at === null ? 'offered' : 'limit';
  const stood = limitsInTurn(flow).filter((bps) => bps !== null);
  const behind = flowsBehindLimit(seen, flow) ?? [flow];
  return stood.length === 0
    ? null
    : boundOf(
        behind.map(({ plan }) => plan),
        Math.min(...stood),
      ).by;
}

function lossPct({ totals }: FlowSeen): number | null {
  const { lostPackets = null, packets = null } = totals ?? {};
  return lostPackets === null || packets === null || packets === 0 ? null : (lostPackets / packets) * 100;
}

function roundTrips({ pings }: FlowSeen): FlowResult['rtt_us'] {
  const { idle, load } = pings;
  if (idle.rttNs.length + idle.lost + load.rttNs.length + load.lost === 0) return null;
  return {
    idle_p50: us(idle.rttNs, 50),
    p50: us(load.rttNs, 50),
    p95: us(load.rttNs, 95),
    p99: us(load.rttNs, 99),
    lost: idle.lost + load.lost,
  };
}

function requestLatencies({ plan, requests: { latencyNs, lost } }: FlowSeen): FlowResult['request_us'] {
  if (plan.requests === undefined) return null;
  return {
    p50: us(latencyNs, 50),
    p95: us(latencyNs, 95),
    p99: us(latencyNs, 99),
    max: us(latencyNs, 100),
    answered: latencyNs.length,
    lost,
  };
}

function connectionsOf({ plan, requests, totals }: FlowSeen): Pick<FlowResult, 'connections'> {
  if (plan.requests?.connection !== 'new') return {};
  const { connectNs, latencyNs, lost } = requests;
  const made = connectNs.length;
  return {
    connections: {
      connect_p50_us: us(connectNs, 50),
      connect_p99_us: us(connectNs, 99),
      made,
      failed: latencyNs.length + lost - made,
      per_s: totals === null || totals.durationNs === 0 ? null : (made * 1e9) / totals.durationNs,
      predicted_per_s: (plan.streams * 1e9) / plan.requests.everyNs,
    },
  };
}

function oneWayDelays({ totals }: FlowSeen): FlowResult['one_way_us'] {
  const ns = totals?.oneWayNs;
  return ns === undefined ? null : { p50: ns.p50 / 1000, p95: ns.p95 / 1000, p99: ns.p99 / 1000, max: ns.max / 1000 };
}

function streamFairness({ totals }: FlowSeen): number | null {
  return jainIndex((totals?.streams ?? []).map(({ receivedBytes }) => receivedBytes));
}

/** Microseconds of nanoseconds. */
export function us(values: readonly number[], percent: number): number | null {
  const ns = percentile(values, percent);
  return ns === null ? null : ns / 1000;
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sum(known);
}
