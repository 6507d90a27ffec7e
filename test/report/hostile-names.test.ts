/**
 * Names of a trace that came from anywhere move no cursor, begin no command of a CI server and break out of no markup, in
 * whatever face they are shown. Those of manifests are refused where they are read (E125, E225).
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createMeasurement } from '../../sim/measure/observing/reduce.ts';
import { resultForPeople } from '../../sim/measure/words/short-result.ts';
import { stepSecondsOf } from '../../sim/cli/write-reports.ts';
import { readTraceText } from '../../sim/trace/reader.ts';
import { renderHtmlReport } from '../../reports/html/report.ts';
import { renderResultJson } from '../../reports/json/result-json.ts';
import { renderJunit } from '../../reports/junit/junit.ts';
import { renderMarkdown } from '../../reports/markdown/markdown.ts';
import { summaryLines } from '../../reports/terminal/summary.ts';

const HOSTILE = '\u001b[2J\r\n::error::x\u009b1m\u202e</script><img src=x>';

/** Of what a trace says in words, not what it counts or chooses from a list. */
const FREE = new Set([
  'name',
  'namespace',
  'pod',
  'message',
  'description',
  'where',
  'reason',
  'device',
  'policy',
  'file',
]);

/** The same with something hostile behind every free text; names stay equal where they were. */
function spoilt(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spoilt);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      FREE.has(key) && typeof each === 'string' ? `${each}${HOSTILE}` : spoilt(each),
    ]),
  );
}

const recorded = gunzipSync(
  readFileSync(new URL('../../sim/measure/fixtures/seed-uml.ndjson.gz', import.meta.url)),
).toString();
const lines = recorded
  .trimEnd()
  .split('\n')
  .map((line) => `${JSON.stringify(spoilt(JSON.parse(line)))}\n`);

const measurement = createMeasurement();
for await (const record of readTraceText('hostile.ndjson', lines)) measurement.add(record);
const result = measurement.result({ bootMs: null });
const shown = resultForPeople(measurement, result);
const context = { command: 'ipvlane report x', manifests: [], startedAt: null, wallMs: null };

const html = await renderHtmlReport({ measurement, result, context });

describe('hostile names', () => {
  test.each<[string, string]>([
    ['the terminal', summaryLines(shown, { colour: false, machine: null, width: 100 }).join('\n')],
    ['the JSON result', renderResultJson(result)],
    ['JUnit', renderJunit('x', [{ scenario: 'x', result: shown, stepSeconds: stepSecondsOf(measurement) }])],
    ['Markdown', renderMarkdown(shown)],
    ['the HTML report', html],
  ])('in %s are text in their line', (_, face) => {
    const lines = face.split('\n');
    expect(lines.filter((line) => line.includes('error::x'))).not.toEqual([]);
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    expect(lines.filter((line) => /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(line))).toEqual([]);
    expect(lines.filter((line) => /^\s*(::|##\[)/.test(line))).toEqual([]);
  });

  test('in a page are no markup', () => {
    expect(html).not.toContain('<img src=x>');
  });
});
