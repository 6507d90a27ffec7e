/** A flow as a terminal shows it while the lab runs. */
import { partyName } from '../../plan/plan.ts';
import { flowWindow, LAST_SAMPLE_NS, type FlowWindow } from '../flow/flow-window.ts';
import { limitsInTurn } from '../flow/limit-spans.ts';
import type { FlowSeen, Observations } from './observations.ts';
import { wireBpsBetween } from '../flow/wire-rate.ts';

export interface LiveFlow {
  readonly flowId: number;
  readonly step: number;
  readonly from: string;
  readonly to: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly state: FlowSeen['state'];
  readonly message: string | null;
  readonly configuredBps: number | null;
  /** On the wire over the last second, or over the flow's last second when it has ended. */
  readonly wireBps: number | null;
  /** The receiver's newest interval. */
  readonly goodputBps: number | null;
  readonly retransmits: number | null;
  /** Of the flow's duration, 0..1. */
  readonly progress: number;
}

/** Rates are a sampling late: one that is coming in would look like silence. */
export const SAMPLING_NS = 100e6;

export function liveFlow(seen: Observations, flow: FlowSeen): LiveFlow {
  const { plan } = flow;
  const window = flowWindow(seen, flow);
  const newest = flow.receiver.at(-1);
  const retransmits = flow.sender.reduce((sum, interval) => sum + (interval.retransmits ?? 0), 0);
  return {
    flowId: plan.flowId,
    step: flow.step.index,
    from: partyName(plan.from),
    to: partyName(plan.to),
    protocol: plan.protocol,
    state: flow.state,
    message: flow.message,
    configuredBps: limitsInTurn(flow).at(-1) ?? null,
    wireBps: window && liveWireBps(seen, flow, window.firstByteNs, window.lastByteNs),
    goodputBps: newest === undefined ? null : (newest.bytes * 8e9) / (newest.endNs - newest.startNs),
    retransmits: flow.totals?.retransmits ?? (plan.protocol === 'TCP' ? retransmits : null),
    progress: progressOf(flow, window),
  };
}

/** Of the time, or of the volume where one ends it. */
function progressOf({ plan, receiver }: FlowSeen, window: FlowWindow | null): number {
  if (window === null) return 0;
  if (plan.volume === undefined) return Math.min(1, (window.lastByteNs - window.firstByteNs) / plan.durationNs);
  return Math.min(1, receiver.reduce((sum, { bytes }) => sum + bytes, 0) / plan.volume.bytes);
}

function liveWireBps(seen: Observations, flow: FlowSeen, firstByteNs: number, lastByteNs: number): number | null {
  // The samples around the last byte belong half to the silence after it, as in result.json.
  const toNs = flow.endedNs === null ? seen.t - SAMPLING_NS : lastByteNs - LAST_SAMPLE_NS;
  const fromNs = Math.max(firstByteNs, toNs - 1e9);
  return toNs <= fromNs ? null : wireBpsBetween(seen, flow, { fromNs, toNs });
}
