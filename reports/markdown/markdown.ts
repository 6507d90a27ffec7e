/**
 * A summary for CI (a job summary, a comment on a pull request): verdict, what failed and why, the flows, the drops.
 * GitHub-flavoured Markdown; names from manifests cannot break out of their cell.
 */
import type { Check, FlowResult, Result } from '../../sim/measure/result.ts';
import { flowFigures } from '../../sim/measure/words/flow-figures.ts';
import { formatExpected, formatKernelClock, formatValue } from '../../sim/measure/words/format.ts';
import { markdownText as text } from './markdown-text.ts';

export function renderMarkdown(result: Result): string {
  const { kernel } = result;
  const passed = result.checks.filter(({ status }) => status === 'pass').length;
  const lines = [
    `## ${VERDICT_WORDS[result.verdict]}: ${text(result.scenario)}`,
    '',
    `${passed} of ${result.checks.length} checks passed on ${text(kernel.kind)} ${text(kernel.release)}, ${formatKernelClock(kernel)}.` +
      (result.message === undefined ? '' : ` ${text(result.message)}.`),
    ...section('What failed', failedTable(result.checks.filter(({ status }) => status === 'fail'))),
    ...section(
      'What could not be measured here',
      failedTable(result.checks.filter(({ status }) => status === 'unjudged')),
    ),
    ...result.diagnostics.flatMap(({ code, severity, message, help }) => [
      '',
      `${severity} ${code}: ${text(message)}. Help: ${text(help)}.`,
    ]),
    ...section('Flows', flowTable(result.flows)),
    ...section('Drops', dropTable(result)),
  ];
  return `${lines.join('\n')}\n`;
}

export const VERDICT_WORDS: Readonly<Record<Result['verdict'], string>> = {
  pass: 'Passed',
  fail: 'Failed',
  unjudged: 'Not measurable here',
  error: 'No verdict',
};

/** A table longer than this helps nobody in a comment; the report has the rest. */
const MOST_ROWS = 50;

function failedTable(checks: readonly Check[]): string[] {
  return table(
    ['step', 'check', 'expected', 'predicted', 'measured', 'why'],
    checks.map((check) => [
      check.step,
      check.name,
      formatExpected(check.expected, check.unit),
      formatExpected(check.predicted, check.unit),
      formatValue(check.measured, check.unit),
      check.reason ?? '',
    ]),
  );
}

function flowTable(flows: readonly FlowResult[]): string[] {
  const figures = flowFigures(flows);
  return table(
    ['flow', ...figures.map(({ title }) => title)],
    flows.map((flow) => [`${flow.from} → ${flow.to} ${flow.protocol}`, ...figures.map(({ of }) => of(flow))]),
  );
}

function dropTable({ drops }: Result): string[] {
  return table(
    ['endpoint', 'direction', 'reason', 'rule', 'packets'],
    drops.map((drop) => [drop.endpoint, drop.direction, drop.reason, drop.rule, String(drop.packets)]),
  );
}

function section(title: string, body: readonly string[]): string[] {
  return body.length === 0 ? [] : ['', `### ${title}`, '', ...body];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const row = (cells: readonly string[]) => `| ${cells.map(text).join(' | ')} |`;
  const more = rows.length - MOST_ROWS;
  return [
    row(head),
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows.slice(0, MOST_ROWS).map(row),
    ...(more > 0 ? ['', `and ${more} more`] : []),
  ];
}
