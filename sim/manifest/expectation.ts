/**
 * The expectation language of a Scenario, parsed: `wire_bps within 3% of limit`, `first_second_bps <= 1.1 limit`,
 * `drops.EDT_HORIZON == 0`, `test[0] -> test[1]: error_pct within 3`.
 */
import type { PartyReference } from './party.ts';
import type { Path } from './manifests.ts';

/** The measured quantities an expectation may speak of, with their units. */
export const metrics = {
  wire_bps: 'bits per second on the wire, behind the shaper',
  goodput_bps: 'bits per second of payload at the receiver',
  error_pct: 'percent by which wire_bps differs from the configured rate, without the first second',
  first_second_bps: 'wire_bps in the first second of the flow',
  retransmits: 'TCP segments sent again',
  lost_packets: 'UDP datagrams that did not arrive',
  rtt_idle_p50_us: 'median round trip before the flow, microseconds',
  rtt_p50_us: 'median round trip under load, microseconds',
  rtt_p95_us: '95th percentile of round trips under load, microseconds',
  rtt_p99_us: '99th percentile of round trips under load, microseconds',
  drops: 'packets dropped, of every reason or of one (drops.REASON)',
} as const;

export type MetricName = keyof typeof metrics;

export type ExpectationValue =
  { readonly of: 'number'; readonly value: number } | { readonly of: 'limit' | 'predicted'; readonly times: number };

export interface Expectation {
  /** As it was written. */
  readonly text: string;
  readonly path: Path;
  /** The one flow it speaks of; null: every flow of the step. */
  readonly flow: { readonly from: PartyReference; readonly to: PartyReference } | null;
  readonly metric: MetricName;
  /** Of `drops.REASON`. */
  readonly dropReason: string | null;
  readonly comparison:
    | { readonly op: '<' | '<=' | '>' | '>=' | '==' | '!='; readonly value: ExpectationValue }
    | { readonly op: 'within'; readonly tolerancePct: number; readonly value: ExpectationValue };
}
