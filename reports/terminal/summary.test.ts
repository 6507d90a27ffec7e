import { expect, test } from 'vitest';
import { syntheticTrace } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import type { FlowResult, Result } from '../../sim/measure/result.ts';
import { summaryLines } from './summary.ts';

const measurement = createMeasurement();
for (const record of syntheticTrace()) measurement.add(record);
const seed = measurement.result({ bootMs: null });

/** As wide as it likes. */
function lines(result: Result): string[] {
  return summaryLines(result, { colour: false, machine: null, width: 400 });
}

test('a check stands in one line with what was expected, predicted and measured, beneath its step', () => {
  const text = lines(seed);
  const at = text.findIndex((line) => /^✓ error_pct within 3 +3 % +0 % +−0\.20 % +−0\.20 %$/.test(line));
  expect(text[at - 1]).toBe(seed.checks.find(({ name }) => name.startsWith('error_pct'))?.step);
});

test('no line is wider than the terminal, and none loses a word', () => {
  const long = {
    ...seed,
    checks: seed.checks.map((one) => ({ ...one, name: `${one.name} of a party with a long name` })),
  };
  for (const width of [80, 100, 132]) {
    const text = summaryLines(long, { colour: false, machine: null, width });
    expect(Math.max(...text.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(
      text
        .join(' ')
        .split(/\s+/)
        .filter((word) => word === 'long'),
    ).toHaveLength(
      summaryLines(long, { colour: false, machine: null, width: 300 })
        .join(' ')
        .split(/\s+/)
        .filter((word) => word === 'long').length,
    );
  }
});

test('losses and latencies that no check names stand in a table of the flows', () => {
  const request_us: FlowResult['request_us'] = { p50: 820, p95: 1300, p99: 2100, max: 7000, answered: 9, lost: 0 };
  const flows = seed.flows.map((flow, i) => (i === 1 ? { ...flow, request_us, fairness: 0.75 } : flow));
  const text = lines({ ...seed, flows });
  const head = text.findIndex((line) => line.startsWith('FLOW'));
  expect(text[head]).toMatch(/FAIRNESS +RETRANSMITS +PING IDLE \/ P99 +REQUEST P50 \/ P99$/);
  expect(text.slice(head, head + 3).join('\n')).toMatch(/ 0\.750 +0 +\S+ µs \/ \S+ ms +820 µs \/ 2\.10 ms/);
  expect(text.join('\n')).not.toContain('ONE WAY');
});

test('of a thousand flows those with the longest latencies are shown, and the verdict is not scrolled away', () => {
  const [model] = seed.flows;
  const flows = Array.from({ length: 1000 }, (_, i) => ({
    ...model!,
    from: `default/p${i}`,
    one_way_us: { p50: i, p95: i, p99: i * 1e6, max: i * 1e6 },
  }));
  const text = lines({ ...seed, flows });
  expect(text.length).toBeLessThan(60);
  expect(text[text.findIndex((line) => line.startsWith('FLOW')) + 1]).toMatch(/^default\/p999 /);
  expect(text).toContain('and 988 more, in the report');
});

test('the checks of a step that was not reached are one line, and each is counted', () => {
  const cut = createMeasurement();
  for (const record of syntheticTrace({ stopBeforeStep: 2, end: 'interrupted' })) cut.add(record);
  const result = cut.result({ bootMs: null });
  const skipped = result.checks.filter(({ status }) => status === 'skip');
  const rows = lines(result).filter((line) => line.startsWith('- '));
  expect(rows).toHaveLength(new Set(skipped.map(({ step }) => step)).size);
  expect(rows.length).toBeLessThan(skipped.length);
  const probes = skipped.filter(({ name }) => name.includes('TCP/80')).length;
  expect(rows.some((row) => row.includes(`${probes} checks`))).toBe(true);
  expect(lines(result).join('\n')).toContain(`${skipped.length} skipped`);
});
