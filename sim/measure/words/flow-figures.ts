/** What a table of flows tells of each, in its order: the same in every report. */
import type { Metric } from '../../plan/plan.ts';
import { formatBps, formatBytes, formatFairness, formatPct, formatValue, NOT_MEASURED } from './format.ts';
import { completedAfter, meaningOf, METRICS, shown, type MetricMeaning } from '../metrics.ts';
import type { FlowResult } from '../result.ts';

export interface FlowFigure {
  readonly title: string;
  readonly of: (flow: FlowResult) => string;
  readonly kind: 'rate' | 'offer' | 'volume' | 'loss' | 'latency';
}

const FIGURES: readonly FlowFigure[] = [
  { kind: 'rate', title: 'limit', of: (flow) => formatBps(flow.configured_bps) },
  { kind: 'offer', title: 'offered', of: (flow) => formatBps(flow.offered_bps) },
  { kind: 'rate', title: 'wire', of: shown(METRICS.wire_bps) },
  { kind: 'rate', title: 'error', of: formatError },
  { kind: 'rate', title: 'first second', of: shown(METRICS.first_second_bps) },
  { kind: 'rate', title: 'goodput', of: shown(METRICS.goodput_bps) },
  { kind: 'rate', title: 'predicted', of: (flow) => formatBps(METRICS.goodput_bps.predicted(flow)) },
  {
    kind: 'volume',
    title: 'bytes',
    of: ({ volume }) => (volume === undefined ? NOT_MEASURED : formatBytes(volume.bytes)),
  },
  { kind: 'volume', title: 'complete after / predicted', of: completion },
  { kind: 'loss', title: 'fairness', of: (flow) => formatFairness(METRICS.fairness.measured(flow)) },
  { kind: 'loss', title: 'retransmits', of: counted(METRICS.retransmits) },
  { kind: 'loss', title: 'lost', of: counted(METRICS.lost_packets) },
  { kind: 'latency', title: 'ping idle / p99', of: pair('rtt_us', 'rtt_idle_p50_us', 'rtt_p99_us') },
  { kind: 'latency', title: 'request p50 / p99', of: pair('request_us', 'request_p50_us', 'request_p99_us') },
  {
    kind: 'latency',
    title: 'connect p50 / p99',
    of: pair('connections', 'connect_p50_us', 'connect_p99_us'),
  },
  { kind: 'latency', title: 'connections / s', of: counted(METRICS.connections_per_s) },
  { kind: 'latency', title: 'one way p50 / p99', of: pair('one_way_us', 'one_way_p50_us', 'one_way_p99_us') },
];

/** The rates always; of the others those that some flow has. */
export function flowFigures(flows: readonly FlowResult[]): FlowFigure[] {
  return FIGURES.filter(({ kind, of }) => kind === 'rate' || flows.some((flow) => of(flow) !== NOT_MEASURED));
}

/** Of the limit, where nothing else is said. */
function formatError({ error_pct, bound_by }: FlowResult): string {
  return error_pct !== null && bound_by === 'offered' ? `${formatPct(error_pct)} of the offer` : formatPct(error_pct);
}

function completion(flow: FlowResult): string {
  if (flow.volume === undefined) return NOT_MEASURED;
  const { unit, predicted } = METRICS.completion_ms;
  return `${completedAfter(flow, NOT_MEASURED)} / ${formatValue(predicted(flow), unit)}`;
}

/** Its title says of what. */
function counted({ measured }: MetricMeaning): (flow: FlowResult) => string {
  return (flow) => formatValue(measured(flow), null);
}

/** @param part where both of them stand */
function pair(part: 'rtt_us' | 'request_us' | 'connections' | 'one_way_us', first: Metric, second: Metric) {
  return (flow: FlowResult): string =>
    (flow[part] ?? null) === null
      ? NOT_MEASURED
      : `${shown(meaningOf(first))(flow)} / ${shown(meaningOf(second))(flow)}`;
}
