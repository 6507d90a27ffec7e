import { expect, test } from 'vitest';
import { syntheticTrace } from '../../sim/measure/fixtures/synthetic-trace.ts';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import type { Result } from '../../sim/measure/result.ts';
import { renderSeveralMarkdown } from '../markdown/several-markdown.ts';
import { renderResultJson } from './result-json.ts';
import { renderResultsJson } from './results-json.ts';

function seedResult(measured: 'denied' | null): Result {
  const measurement = createMeasurement();
  for (const record of syntheticTrace({ measured: () => measured })) measurement.add(record);
  return measurement.result({ bootMs: null });
}

const good = seedResult(null);
const bad = seedResult('denied');
const runs = [
  { scenario: 'seed', result: good },
  { scenario: 'deny', result: bad },
  { scenario: 'lost', result: null, message: 'the kernel does not boot' },
];

interface Document {
  readonly verdict: string;
  readonly scenarios: readonly { readonly verdict: string; readonly message?: string; readonly result: unknown }[];
}

test('several runs are one JSON document, in which each result is what its result.json is', () => {
  const document = JSON.parse(renderResultsJson(runs)) as Document;
  expect(document).toMatchObject({ schema: 'ipvlane.results/v1', verdict: 'error' });
  expect(document.scenarios.map(({ verdict }) => verdict)).toEqual(['pass', 'fail', 'error']);
  expect(document.scenarios[0]?.result).toEqual(JSON.parse(renderResultJson(good)));
  expect(document.scenarios[2]).toMatchObject({ message: 'the kernel does not boot', result: null });
  expect((JSON.parse(renderResultsJson(runs.slice(0, 2))) as Document).verdict).toBe('fail');
  expect((JSON.parse(renderResultsJson(runs.slice(0, 1))) as Document).verdict).toBe('pass');
});

test('their summary has a line each, and what did not pass', () => {
  const text = renderSeveralMarkdown(runs, 4);
  expect(text).toMatch(/^## No verdict: 4 scenarios\n/);
  expect(text).toMatch(/^\| seed \| Passed \| \d+ \| 0 \| 0 \| {2}\|$/m);
  expect(text).toMatch(/^\| deny \| Failed \| \d+ \| [1-9]\d* \| 0 \| \d+ of \d+ checks failed \|$/m);
  expect(text).toMatch(/^\| lost \| No verdict \| – \| – \| – \| the kernel does not boot \|$/m);
  expect(text).toContain('\n1 not run\n');
  expect(text.match(/^## /gm)).toHaveLength(2);
});
