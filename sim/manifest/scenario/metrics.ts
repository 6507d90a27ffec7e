/** The measured quantities an expectation may speak of, with their units. */
export const metrics = {
  wire_bps: 'bits per second on the wire, behind the shaper',
  goodput_bps: 'bits per second of payload at the receiver',
  error_pct:
    'percent by which wire_bps differs from the limit, or from what was offered where that is less, without the first second',
  first_second_bps: 'wire_bps in the first second of the flow',
  completion_ms: 'milliseconds from the first byte of a flow with `bytes` to the arrival of the last',
  retransmits: 'TCP segments sent again',
  lost_packets: 'UDP datagrams that did not arrive',
  loss_pct: 'UDP datagrams that did not arrive, in percent of those that were sent',
  rtt_idle_p50_us: 'median round trip before the flow, microseconds',
  rtt_p50_us: 'median round trip under load, microseconds',
  rtt_p95_us: '95th percentile of round trips under load, microseconds',
  rtt_p99_us: '99th percentile of round trips under load, microseconds',
  request_p50_us: 'median latency of requests, microseconds',
  request_p95_us: '95th percentile of request latencies, microseconds',
  request_p99_us: '99th percentile of request latencies, microseconds',
  request_max_us: 'the slowest request, microseconds',
  requests_lost: 'requests without an answer',
  connect_p50_us: 'median time in which the connection of a request was made, microseconds',
  connect_p99_us: '99th percentile of those times, microseconds',
  connections_per_s: 'connections made a second',
  one_way_p50_us: 'median one-way delay of UDP datagrams, microseconds',
  one_way_p99_us: '99th percentile of one-way delays, microseconds',
  jitter_us: 'mean difference of the one-way delays of two datagrams in a row, microseconds',
  fairness: "Jain's index over the streams of the flow, 1 at best",
  drops: 'packets dropped, of every reason or of one (drops.REASON)',
} as const;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as [MetricName, ...MetricName[]];
