/**
 * A trace that a lab wrote: the seed scenario in user-mode Linux 6.1.176 on a quiet machine, whole. It was recorded
 * before ICMP probes were answered under a policy, which is why two of its checks fail.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTraceText } from '../trace/reader.ts';
import { createMeasurement } from './reduce.ts';

const text = gunzipSync(readFileSync(new URL('fixtures/seed-uml.ndjson.gz', import.meta.url))).toString();
const measurement = createMeasurement();
for await (const record of readTraceText('seed-uml.ndjson', [text])) measurement.add(record);
const result = measurement.result({ bootMs: null });

test('both directions hold 100M to a tenth of a percent, from the first second on', () => {
  expect(result.flows).toHaveLength(2);
  for (const flow of result.flows) {
    expect(Math.abs(flow.error_pct!)).toBeLessThan(0.1);
    expect(Math.abs(flow.first_second_bps! / 100e6 - 1)).toBeLessThan(0.02);
    expect(flow.drops).toEqual({});
  }
});

test('the wire and the payload agree: 1448 of 1514 bytes', () => {
  for (const { goodput_bps, wire_bps } of result.flows) {
    expect(goodput_bps! / wire_bps!).toBeCloseTo(1448 / 1514, 3);
  }
});

test('a queue of one FIFO shows in the round trips', () => {
  const rtt = result.flows[0]!.rtt_us!;
  expect(rtt.idle_p50).toBeLessThan(1000);
  expect(rtt.p50).toBeGreaterThan(5 * rtt.idle_p50!);
});

test('every drop names the policy', () => {
  expect(result.drops.map(({ reason, rule }) => `${reason}: ${rule}`)).toEqual([
    'POLICY_DENIED: isolated by default/test-ipvlan; no rule allows it',
    'POLICY_DENIED: isolated by default/test-ipvlan; no rule allows it',
  ]);
});

test('the two probes that the wire answered otherwise fail, and nothing else does', () => {
  expect(result.verdict).toBe('fail');
  const failed = result.checks.filter(({ status }) => status === 'fail');
  expect(failed).toHaveLength(2);
  for (const { name, measured, predicted } of failed) {
    expect(name).toMatch(/^default\/client -> .* ICMP$/);
    expect([predicted, measured]).toEqual(['allowed', 'denied']);
  }
});
