/**
 * The checks, step by step: expected, predicted, measured, difference.
 */
import { formatExpected, formatPct, formatValue } from '../../sim/measure/words/format.ts';
import type { Check } from '../../sim/measure/result.ts';
import { html, type Html } from './markup/markup.ts';
import { table, type Column, type Row } from './markup/table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'check' },
  { title: 'verdict' },
  { title: 'expected', numeric: true },
  { title: 'predicted', numeric: true },
  { title: 'measured', numeric: true },
  { title: 'error', numeric: true },
  { title: 'why' },
];

const WORDS: Readonly<Record<Check['status'], string>> = {
  pass: '✓ pass',
  fail: '✗ fail',
  unjudged: '? not measurable here',
  skip: '– skipped',
};

export function checksSection(checks: readonly Check[]): Html {
  if (checks.length === 0) return html``;
  const steps = new Map<string, Check[]>();
  for (const check of checks) {
    const step = steps.get(check.step);
    if (step === undefined) steps.set(check.step, [check]);
    else step.push(check);
  }
  return html`<section aria-labelledby="checks">
    <h2 id="checks">Checks</h2>
    ${[...steps].map(
      ([step, its]) =>
        html`<h3>${step}</h3>
          ${stepTable(step, its)}`,
    )}
  </section>`;
}

function stepTable(step: string, checks: readonly Check[]): Html {
  // What failed stands first, where a folded or a long table still shows it.
  const sorted = [...checks].sort((a, b) => ORDER[a.status] - ORDER[b.status]);
  const failed = sorted.filter(({ status }) => status === 'fail').length;
  const caption = `${checks.length} ${checks.length === 1 ? 'check' : 'checks'}${failed === 0 ? '' : `, ${failed} failed`}`;
  const explained = checks.some(({ reason }) => reason !== null);
  return table(
    caption,
    explained ? COLUMNS : COLUMNS.slice(0, -1),
    sorted.map((check) => row(check, explained)),
  );
}

const ORDER: Readonly<Record<Check['status'], number>> = { fail: 0, unjudged: 1, pass: 2, skip: 3 };

function row(check: Check, explained: boolean): Row {
  return {
    tone: check.status === 'unjudged' ? 'skip' : check.status,
    cells: [
      check.name.replaceAll(' -> ', ' → '),
      html`<span class="mark ${check.status === 'unjudged' ? 'skip' : check.status}">${WORDS[check.status]}</span>`,
      formatExpected(check.expected, check.unit),
      formatExpected(check.predicted, check.unit),
      formatValue(check.measured, check.unit),
      formatPct(check.error_pct),
      ...(explained ? [check.reason ?? ''] : []),
    ],
  };
}
