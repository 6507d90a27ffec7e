/** A matrix for a CI's job summary, in GitHub-flavoured Markdown. */
import type { Regression } from '../../sim/matrix/baseline.ts';
import type { Matrix } from '../../sim/matrix/matrix.ts';
import {
  DIFFERENCES_TITLE,
  matrixColumns,
  matrixDifferences,
  matrixRows,
  type MatrixRow,
  type RowCell,
} from '../../sim/matrix/rows.ts';
import { matrixVerdict } from '../../sim/matrix/verdict.ts';
import { markdownText } from './markdown-text.ts';

/** Rows more than this make a summary nobody reads; the page has all of them. */
const MOST_ROWS = 300;

export function renderMatrixMarkdown(matrix: Matrix, regressions: readonly Regression[]): string {
  const { verdict, words } = matrixVerdict(matrix, regressions);
  const columns = matrixColumns(matrix);
  const rows = matrixRows(matrix);
  const shown = rows.slice(0, MOST_ROWS);
  return [
    `## ${WORDS[verdict]}: ${words}`,
    '',
    line(['', ...columns.map(({ kernel }) => kernel)]),
    line(['---', ...columns.map(() => '---')], (text) => text),
    line([
      'release',
      ...columns.map(({ release, clock }) => `${release ?? '–'}${clock === 'virtual' ? ', virtual' : ''}`),
    ]),
    ...shown.map((row) => line([labelOf(row), ...row.cells.map(textOf)], (text) => text)),
    ...(rows.length > shown.length ? ['', `and ${rows.length - shown.length} more rows`] : []),
    ...told(matrix),
    ...meant(matrix),
    ...worse(regressions),
    '',
  ].join('\n');
}

const WORDS = { pass: 'Passed', fail: 'Failed', error: 'No verdict', unjudged: 'Not measurable here' } as const;

function line(cells: readonly string[], text: (value: string) => string = markdownText): string {
  return `| ${cells.map(text).join(' | ')} |`;
}

function labelOf({ kind, step, name }: MatrixRow): string {
  if (kind === 'scenario') return `**${markdownText(name)}**`;
  return markdownText(step === null ? name : `${step}: ${name}`);
}

function textOf({ text, tone }: RowCell): string {
  return tone === 'fail' ? `**${markdownText(text)}**` : markdownText(text);
}

function told({ cells }: Matrix): string[] {
  const lines = cells
    .filter(({ status }) => status !== 'pass')
    .flatMap(({ status, scenario, kernel, reason, quote }) => [
      `- **${status.toUpperCase()}** ${markdownText(`${scenario} on ${kernel}: ${reason ?? ''}`)}`,
      ...quote.map((words) => `  - ${markdownText(words)}`),
    ]);
  return lines.length === 0 ? [] : ['', ...lines];
}

function meant(matrix: Matrix): string[] {
  const differences = matrixDifferences(matrix);
  if (differences.length === 0) return [];
  return [
    ...['', `What is ${markdownText(DIFFERENCES_TITLE)}:`, ''],
    ...differences.map(
      ({ kernel, text, scenarios }) => `- ${markdownText(`${kernel} ${text}: ${scenarios.join(', ')}`)}`,
    ),
  ];
}

function worse(regressions: readonly Regression[]): string[] {
  if (regressions.length === 0) return [];
  return [
    ...['', '### Worse than the baseline', ''],
    ...regressions.map(({ kernel, scenario, step, name, what }) => {
      const where = [kernel, scenario, step, name].filter((part) => part !== null).join(', ');
      return `- ${markdownText(`${where}: ${what}`)}`;
    }),
  ];
}
