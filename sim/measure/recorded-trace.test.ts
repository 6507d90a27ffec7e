/**
 * A trace that a lab wrote: the seed scenario in User-mode Linux on the virtual clock, whole. Anybody records it anew, byte
 * for byte: `ipvlane run scenarios/seed --kernel uml-virtual --out OUT; gzip -9 -n -c OUT/trace.ndjson`.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTraceText } from '../trace/reader.ts';
import { createMeasurement } from './observing/reduce.ts';

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

test('behind the limit a ping waits for nobody: four links of 50 us and a queue it overtakes', () => {
  const { idle_p50, p50, p99, lost } = result.flows[0]!.rtt_us!;
  expect(lost).toBe(0);
  expect(idle_p50).toBeGreaterThan(200);
  expect(idle_p50).toBeLessThan(210);
  expect(Math.max(p50!, p99!) - idle_p50!).toBeLessThan(10);
});

test('every drop names the policy', () => {
  expect(result.drops.map(({ reason, rule }) => `${reason}: ${rule}`)).toEqual([
    'POLICY_DENIED: isolated by default/test-ipvlan; no rule allows it',
    'POLICY_DENIED: isolated by default/test-ipvlan; no rule allows it',
  ]);
});

test('every probe is answered as predicted, and every check is met', () => {
  expect(result.probes).toHaveLength(36);
  expect(result.probes.filter(({ predicted, measured }) => predicted !== measured)).toEqual([]);
  expect(result.checks.filter(({ status }) => status !== 'pass')).toEqual([]);
  expect(result.verdict).toBe('pass');
});
