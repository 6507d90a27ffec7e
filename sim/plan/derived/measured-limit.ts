/** How long a limit must be measured, by what traffic, to be known as exactly as it is held. Pure arithmetic. */
import { ETHERNET_HEADER, FULL_FRAME } from '../../../dataplane/bandwidth/charge.ts';
import type { ExpectationPlan, FlowPlan } from '../plan.ts';

/** Of a limit, in percent of it, under a virtual clock; as scenarios/bandwidth/exact demands. */
const EXACT_PCT = 0.2;
/** On the real clock, where a machine does other things as well; as scenarios/seed demands. */
const REAL_PCT = 3;
/** What a run on the real clock surely carries (docs/measurement.md): above it only that nothing is faster is known. */
const REAL_CLOCK_BPS = 1e9;

const FEW_SECONDS_NS = 5e9;
const LONGEST_NS = 10e9;
/** Under a virtual clock seconds cost nothing by themselves, and a window as long as this knows a limit exactly. */
const LONGEST_VIRTUAL_NS = 60e9;
/** What a packet more or less may change the rate by, on the real clock and under a virtual one. */
const FINE_PCT = 1.5;
const EXACT_GRAIN_PCT = 0.15;
/** The first second, and the samples at the end, are left out (sim/measure/flow/flow-window.ts). */
export const LEFT_OUT_NS = 1.1e9;

/** A frame with a full payload, and with the smallest that our generator numbers. */
const FRAME_BITS = FULL_FRAME * 8;
const SMALLEST_DATAGRAM = 20;
const HEADERS = ETHERNET_HEADER + 40 + 8;
const SUPER_PACKET_BITS = 65_536 * 8;

export interface Traffic {
  readonly protocol: 'TCP' | 'UDP';
  readonly durationNs: number;
  /** Of UDP. */
  readonly datagramBytes: number | null;
  /** UDP is offered so much more than the limit. */
  readonly offeredBps: number | null;
  readonly streams: number;
  /** By how much one packet more or less in the window changes the rate, in percent. */
  readonly grainPct: number;
}

/**
 * Traffic that fills a limit for a few seconds. TCP is what people use, but its packets of 64 KiB are coarse where nothing
 * limits the sender: a slow limit of the receiver is measured finer by datagrams.
 * @param bps of the limit, or of what binds before it
 */
export function trafficFor(direction: 'egress' | 'ingress', bps: number, protocol: 'TCP' | 'UDP'): Traffic {
  if (protocol === 'TCP') {
    const packetBits = direction === 'ingress' ? SUPER_PACKET_BITS : FRAME_BITS;
    const durationNs = durationFor(packetBits, bps);
    return {
      protocol,
      durationNs,
      datagramBytes: null,
      offeredBps: null,
      streams: bps > 20e9 ? 4 : 1,
      grainPct: grain(packetBits, bps, durationNs),
    };
  }
  const wanted = Math.floor((bps * (FEW_SECONDS_NS - LEFT_OUT_NS) * (EXACT_PCT / 200)) / 8e9) - HEADERS;
  const datagramBytes = Math.min(1400, Math.max(SMALLEST_DATAGRAM, wanted));
  const packetBits = (datagramBytes + HEADERS) * 8;
  const durationNs = durationFor(packetBits, bps);
  const offeredBps = Math.ceil(bps * 1.2 * (datagramBytes / (datagramBytes + HEADERS)));
  return { protocol, durationNs, datagramBytes, offeredBps, streams: 1, grainPct: grain(packetBits, bps, durationNs) };
}

/** Whether this traffic measures a limit at all. */
export function fineEnough({ grainPct }: Traffic): boolean {
  return grainPct <= REAL_PCT;
}

/** Whether a window of another protocol would be worth it. */
export function isCoarse({ grainPct }: Traffic): boolean {
  return grainPct > FINE_PCT;
}

/** The flow as its clock lets it measure: long enough to be exact under a virtual one. */
export function flowForClock(flow: FlowPlan, clock: 'real' | 'virtual'): FlowPlan {
  const { measures, durationNs } = flow;
  if (measures === undefined || clock === 'real' || measures.grainPct <= EXACT_GRAIN_PCT) return flow;
  const window = ((durationNs - LEFT_OUT_NS) * measures.grainPct) / EXACT_GRAIN_PCT;
  const longer = Math.min(LONGEST_VIRTUAL_NS, Math.ceil((LEFT_OUT_NS + window) / 1e9) * 1e9);
  const grainPct = (measures.grainPct * (durationNs - LEFT_OUT_NS)) / (longer - LEFT_OUT_NS);
  return { ...flow, durationNs: longer, measures: { ...measures, grainPct } };
}

/**
 * What a measured limit is held to. `limit` is what binds: mostly the limit that is measured.
 * @param grainPct by how much one packet more or less changes the rate
 */
export function expectationsFor(
  flow: FlowPlan,
  clock: 'real' | 'virtual',
  grainPct = flow.measures?.grainPct ?? 0,
): ExpectationPlan[] {
  const { flowId, configuredBps: limit } = flow;
  const blank = { position: null, flowId, dropReason: null };
  if (limit === null) return [];
  if (clock === 'real' && limit > REAL_CLOCK_BPS) {
    const value = { of: 'limit', times: 1 + REAL_PCT / 100 } as const;
    return [
      {
        ...blank,
        text: `wire_bps <= ${1 + REAL_PCT / 100} limit`,
        metric: 'wire_bps',
        comparison: { op: '<=', value },
      },
    ];
  }
  const pct = Math.max(clock === 'real' ? REAL_PCT : EXACT_PCT, Math.ceil(grainPct * 13) / 10);
  const comparison = { op: '<=', value: { of: 'number', value: pct } } as const;
  return [{ ...blank, text: `error_pct within ${pct}`, metric: 'error_pct', comparison }];
}

/** As `Traffic` has it, of any flow. */
export function grainOf({ protocol, datagramBytes, configuredBps, configuredBy, durationNs }: FlowPlan): number {
  if (configuredBps === null) return 0;
  const tcpBits = configuredBy === 'egress' ? FRAME_BITS : SUPER_PACKET_BITS;
  const packetBits = protocol === 'UDP' && datagramBytes !== null ? (datagramBytes + HEADERS) * 8 : tcpBits;
  return grain(packetBits, configuredBps, durationNs);
}

function durationFor(packetBits: number, bps: number): number {
  const fine = LEFT_OUT_NS + ((packetBits / bps) * 1e11) / FINE_PCT;
  const shortest = bps > REAL_CLOCK_BPS ? 2e9 : FEW_SECONDS_NS;
  return Math.min(LONGEST_NS, Math.max(shortest, Math.ceil(fine / 1e9) * 1e9));
}

function grain(packetBits: number, bps: number, durationNs: number): number {
  return ((packetBits / bps) * 1e11) / (durationNs - LEFT_OUT_NS);
}
