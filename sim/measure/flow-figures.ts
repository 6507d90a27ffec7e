/** What a table of flows tells of each, in its order: the same in every report. */
import {
  formatBps,
  formatBytes,
  formatCount,
  formatFairness,
  formatPct,
  formatUs,
  formatValue,
  NOT_MEASURED,
} from './format.ts';
import type { FlowResult } from './result.ts';

export interface FlowFigure {
  readonly title: string;
  readonly of: (flow: FlowResult) => string;
  readonly kind: 'rate' | 'offer' | 'volume' | 'loss' | 'latency';
}

const FIGURES: readonly FlowFigure[] = [
  { kind: 'rate', title: 'limit', of: (flow) => formatBps(flow.configured_bps) },
  { kind: 'offer', title: 'offered', of: (flow) => formatBps(flow.offered_bps) },
  { kind: 'rate', title: 'wire', of: (flow) => formatBps(flow.wire_bps) },
  { kind: 'rate', title: 'error', of: formatError },
  { kind: 'rate', title: 'first second', of: (flow) => formatBps(flow.first_second_bps) },
  { kind: 'rate', title: 'goodput', of: (flow) => formatBps(flow.goodput_bps) },
  { kind: 'rate', title: 'predicted', of: (flow) => formatBps(flow.predicted_goodput_bps) },
  {
    kind: 'volume',
    title: 'bytes',
    of: ({ volume }) => (volume === undefined ? NOT_MEASURED : formatBytes(volume.bytes)),
  },
  { kind: 'volume', title: 'complete after / predicted', of: completion },
  { kind: 'loss', title: 'fairness', of: (flow) => formatFairness(flow.fairness) },
  { kind: 'loss', title: 'retransmits', of: (flow) => count(flow.retransmits) },
  { kind: 'loss', title: 'lost', of: (flow) => count(flow.lost_packets) },
  { kind: 'latency', title: 'ping idle / p99', of: ({ rtt_us: rtt }) => pair(rtt?.idle_p50, rtt?.p99) },
  { kind: 'latency', title: 'request p50 / p99', of: ({ request_us: request }) => pair(request?.p50, request?.p99) },
  {
    kind: 'latency',
    title: 'connect p50 / p99',
    of: ({ connections: made }) => pair(made?.connect_p50_us, made?.connect_p99_us),
  },
  { kind: 'latency', title: 'connections / s', of: ({ connections: made }) => perSecond(made?.per_s) },
  { kind: 'latency', title: 'one way p50 / p99', of: ({ one_way_us: way }) => pair(way?.p50, way?.p99) },
];

/** The rates always; of the others those that some flow has. */
export function flowFigures(flows: readonly FlowResult[]): FlowFigure[] {
  return FIGURES.filter(({ kind, of }) => kind === 'rate' || flows.some((flow) => of(flow) !== NOT_MEASURED));
}

/** Of the limit, where nothing else is said. */
function formatError({ error_pct, bound_by }: FlowResult): string {
  return error_pct !== null && bound_by === 'offered' ? `${formatPct(error_pct)} of the offer` : formatPct(error_pct);
}

function completion({ volume }: FlowResult): string {
  if (volume === undefined) return NOT_MEASURED;
  const ms = (value: number | null, none: string): string => (value === null ? none : formatUs(value * 1e3));
  return `${ms(volume.completion_ms, 'not complete')} / ${ms(volume.predicted_completion_ms, NOT_MEASURED)}`;
}

function perSecond(value: number | null | undefined): string {
  return value == null ? NOT_MEASURED : formatValue(value, null);
}

function count(value: number | null): string {
  return value === null ? NOT_MEASURED : formatCount(value);
}

function pair(first: number | null | undefined, second: number | null | undefined): string {
  return first === undefined || second === undefined ? NOT_MEASURED : `${formatUs(first)} / ${formatUs(second)}`;
}
