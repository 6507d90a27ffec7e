/**
 * What each metric is of a flow's result: where its number stands, its unit, and what was predicted of it before anything ran. Every
 * table of figures reads it here.
 */
import type { Metric } from '../plan/plan.ts';
import { sum } from '../plan/flows/sum.ts';
import { formatValue } from './words/format.ts';
import type { FlowResult } from './result.ts';

export interface MetricMeaning<Flow = FlowResult> {
  readonly unit: string;
  /** Which way it goes when packets are late or lost. */
  readonly impeded: 'lower' | 'higher';
  /** How it depends on time: a rate, a median, or a number that one late packet can decide; null: it does not. */
  readonly timed: 'rate' | 'median' | 'single' | null;
  readonly measured: (flow: Flow, dropReason?: string | null) => number | null;
  readonly predicted: (flow: FlowResult) => number | null;
}

type Of<Field extends keyof FlowResult> = Pick<FlowResult, Field>;
type Read<Flow> = (flow: Flow) => number | null;

const nothing = () => null;

function rate<Flow>(measured: Read<Flow>, predicted: Read<FlowResult>, unit = 'bit/s'): MetricMeaning<Flow> {
  return { unit, impeded: 'lower', timed: 'rate', measured, predicted };
}

function delay<Flow>(measured: Read<Flow>, timed: 'median' | 'single' = 'single'): MetricMeaning<Flow> {
  return { unit: 'us', impeded: 'higher', timed, measured, predicted: nothing };
}

function count<Flow>(unit: string, measured: Read<Flow>): MetricMeaning<Flow> {
  return { unit, impeded: 'higher', timed: 'single', measured, predicted: nothing };
}

type RoundTrip = keyof NonNullable<FlowResult['rtt_us']>;
type Request = keyof NonNullable<FlowResult['request_us']>;
type Connections = keyof NonNullable<FlowResult['connections']>;
type OneWay = keyof NonNullable<FlowResult['one_way_us']>;

const ofRtt = (key: RoundTrip) => (flow: Of<'rtt_us'>) => flow.rtt_us?.[key] ?? null;
const ofRequests = (key: Request) => (flow: Of<'request_us'>) => flow.request_us?.[key] ?? null;
const ofConnections = (key: Connections) => (flow: Of<'connections'>) => flow.connections?.[key] ?? null;
const ofOneWay = (key: OneWay) => (flow: Of<'one_way_us'>) => flow.one_way_us?.[key] ?? null;

export const METRICS = {
  wire_bps: rate(
    (flow: Of<'wire_bps'>) => flow.wire_bps,
    (flow) => flow.predicted_wire_bps,
  ),
  goodput_bps: rate(
    (flow: Of<'goodput_bps'>) => flow.goodput_bps,
    (flow) => flow.predicted_goodput_bps,
  ),
  error_pct: rate(
    (flow: Of<'error_pct'>) => flow.error_pct,
    () => 0,
    '%',
  ),
  first_second_bps: rate(
    (flow: Of<'first_second_bps'>) => flow.first_second_bps,
    (flow) => flow.predicted_first_second_bps,
  ),
  completion_ms: {
    unit: 'ms',
    impeded: 'higher',
    timed: 'rate',
    measured: ({ volume }: Of<'volume'>) => volume?.completion_ms ?? null,
    predicted: ({ volume }) => volume?.predicted_completion_ms ?? null,
  },
  retransmits: count('segments', (flow: Of<'retransmits'>) => flow.retransmits),
  lost_packets: count('packets', (flow: Of<'lost_packets'>) => flow.lost_packets),
  loss_pct: count('percent', (flow: Of<'loss_pct'>) => flow.loss_pct),
  rtt_idle_p50_us: delay(ofRtt('idle_p50')),
  rtt_p50_us: delay(ofRtt('p50'), 'median'),
  rtt_p95_us: delay(ofRtt('p95')),
  rtt_p99_us: delay(ofRtt('p99')),
  request_p50_us: delay(ofRequests('p50'), 'median'),
  request_p95_us: delay(ofRequests('p95')),
  request_p99_us: delay(ofRequests('p99')),
  request_max_us: delay(ofRequests('max')),
  requests_lost: count('requests', ofRequests('lost')),
  connect_p50_us: delay(ofConnections('connect_p50_us'), 'median'),
  connect_p99_us: delay(ofConnections('connect_p99_us')),
  connections_per_s: rate(ofConnections('per_s'), (flow) => flow.connections?.predicted_per_s ?? null, 'connections/s'),
  one_way_p50_us: delay(ofOneWay('p50'), 'median'),
  one_way_p99_us: delay(ofOneWay('p99')),
  jitter_us: delay((flow: Of<'jitter_us'>) => flow.jitter_us),
  fairness: { ...count("of Jain's index", (flow: Of<'fairness'>) => flow.fairness), impeded: 'lower' },
  drops: {
    unit: 'packets',
    impeded: 'higher',
    timed: null,
    measured: ({ drops }: Of<'drops'>, reason?: string | null) => countDrops(drops, reason ?? null),
    predicted: nothing,
  },
} as const satisfies Readonly<Record<Metric, MetricMeaning>>;

/** For a metric that is not known by name. */
export function meaningOf(metric: Metric): MetricMeaning {
  return METRICS[metric];
}

/** What was measured of it, as people read it. */
export function shown<Flow>({ unit, measured }: MetricMeaning<Flow>): (flow: Flow) => string {
  return (flow) => formatValue(measured(flow), unit);
}

/** How long its volume took; @param none where it has none */
export function completedAfter(flow: Of<'volume'>, none: string): string {
  if (flow.volume === undefined) return none;
  return METRICS.completion_ms.measured(flow) === null ? 'not complete' : shown(METRICS.completion_ms)(flow);
}

/** @param reason null: all of them */
export function countDrops(drops: Readonly<Record<string, number>>, reason: string | null): number {
  return reason === null ? sum(Object.values(drops)) : (drops[reason] ?? 0);
}
