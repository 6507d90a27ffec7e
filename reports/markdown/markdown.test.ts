import { expect, test } from 'vitest';
import { syntheticTrace, type SyntheticOptions } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import type { Result } from '../../sim/measure/result.ts';
import { renderMarkdown } from './markdown.ts';

function resultOf(options: SyntheticOptions = {}): Result {
  const measurement = createMeasurement();
  for (const record of syntheticTrace(options)) measurement.add(record);
  return measurement.result({ bootMs: null });
}

test('the verdict comes first, then the flows', () => {
  const text = renderMarkdown(resultOf());
  expect(text).toMatch(/^## Passed: seed\n\n14 of 14 checks passed on uml 6\.1\.176, real clock\./);
  expect(text).toContain('| 100.0 Mbit/s | 99.80 Mbit/s | −0.20 % |');
  expect(text).not.toContain('What failed');
});

test('a measure that no flow has is no column', () => {
  const result = resultOf();
  const [first, ...others] = result.flows;
  const paced = { ...first!, one_way_us: { p50: 110, p95: 190, p99: 240, max: 910 } };
  expect(renderMarkdown(result)).not.toContain('one way');
  const text = renderMarkdown({ ...result, flows: [paced, ...others] });
  expect(text).toContain('| one way p50 / p99 |');
  expect(text).toContain('| 110 µs / 240 µs |');
});

test('what failed says why', () => {
  const text = renderMarkdown(resultOf({ flowDrops: { EDT_HORIZON: 7 } }));
  expect(text).toMatch(/^## Failed: seed\n\n12 of 14 checks/);
  expect(text).toContain('| 7 packets | 7 packets is not == 0 packets |');
});

test('a name cannot break out of its cell', () => {
  const result = resultOf({ flowDrops: { EDT_HORIZON: 7 } });
  const checks = result.checks.map((check) => ({ ...check, name: '| x | <img src=a> **b**\n# c @all' }));
  const line = renderMarkdown({ ...result, checks })
    .split('\n')
    .find((each) => each.includes('img'))!;
  expect(line).toContain('\\| x \\| &lt;img src=a&gt; \\*\\*b\\*\\* \\# c \\@all');
});
