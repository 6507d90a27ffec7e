/** The matrix as one HTML file, in the report's dress; each column's cells lead to the reports of the runs beside it. */
import type { Regression } from '../../sim/matrix/baseline.ts';
import { KERNEL_FEATURES } from '../../sim/matrix/kernel-features.ts';
import { hasConsole, type Cell, type Matrix } from '../../sim/matrix/matrix.ts';
import {
  DIFFERENCES_TITLE,
  matrixColumns,
  matrixDifferences,
  matrixRows,
  type MatrixRow,
  type RowCell,
} from '../../sim/matrix/rows.ts';
import { matrixVerdict } from '../../sim/matrix/verdict.ts';
import { html, trusted, type Html } from './markup/markup.ts';
import { STYLE } from './markup/style.ts';
import { table } from './markup/table.ts';

const OWN_STYLE = `
main { max-width: 90rem; }
.kernels th, .kernels td { padding-right: 1.2rem; white-space: nowrap; }
.kernels thead th { white-space: normal; } .kernels thead th + th { text-align: right; } .kernels thead small { display: block; font-weight: 400; }
.kernels .scenario th, .kernels .scenario td { font-weight: 600; padding-top: 1.4rem; border-bottom-color: var(--line); }
.kernels .step th { font-weight: 400; color: var(--quiet); padding-top: .7rem; }
.kernels .measure th { padding-left: 1.2rem; white-space: normal; }
.kernels td.pass { color: var(--pass); } .kernels td.fail { color: var(--fail); background: var(--fail-ground); padding-left: .4rem; } .kernels td.skip { color: var(--skip); }
.kernels a { color: inherit; }
`;

/** The whole file's text; needs nothing else. */
export function matrixPage(matrix: Matrix, regressions: readonly Regression[]): string {
  const { verdict, words } = matrixVerdict(matrix, regressions);
  const title = `${count(matrix.scenarios.length, 'scenario')} on ${count(matrix.kernels.length, 'kernel')}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}: ${verdict} – ipvlane</title>
        <style>
          ${trusted(STYLE + OWN_STYLE)}
        </style>
      </head>
      <body>
        <header>
          <p class="kicker">ipvlane matrix</p>
          <h1>${title}</h1>
          <div class="verdict ${verdict}"><strong>${VERDICTS[verdict]}</strong><span>${words}</span></div>
        </header>
        <main>
          <h2>Every scenario on every kernel</h2>
          ${kernelTable(matrix)} ${told(matrix)} ${meant(matrix)} ${worse(regressions)} ${features()}
        </main>
        <footer>
          Measured with real packets on real Linux kernels. PANIC, TIMEOUT and SPLAT (a warning in the kernel’s log) are
          failures; SKIP is a kernel older than what the scenario needs.
        </footer>
      </body>
    </html> `.text;
}

const VERDICTS = { pass: 'Passed', fail: 'Failed', error: 'No verdict', unjudged: 'Not measurable here' } as const;

function kernelTable(matrix: Matrix): Html {
  const columns = matrixColumns(matrix);
  return html`<div class="scroll" role="region" aria-label="Every scenario on every kernel" tabindex="0">
    <table class="kernels">
      <thead>
        <tr>
          <th scope="col">scenario, check</th>
          ${columns.map(
            ({ kernel, release, clock }) =>
              html`<th scope="col">
                ${kernel}<small>${release ?? 'did not run'}${clock === null ? '' : `, ${clock} clock`}</small>
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${bodyRows(matrixRows(matrix), columns.length)}
      </tbody>
    </table>
  </div>`;
}

function bodyRows(rows: readonly MatrixRow[], columns: number): Html[] {
  return rows.flatMap((row, at) => {
    const before = rows[at - 1];
    const title = row.kind === 'dataplane' ? 'dataplane' : row.step;
    const begins = row.kind === 'dataplane' ? before?.kind !== 'dataplane' : row.step !== before?.step;
    const step = html`<tr class="step">
      <th scope="rowgroup" colspan="${columns + 1}">${title ?? ''}</th>
    </tr>`;
    const line = html`<tr class="${row.kind === 'scenario' ? 'scenario' : 'measure'}">
      <th scope="row">${row.name}</th>
      ${row.cells.map((cell) => bodyCell(row, cell))}
    </tr>`;
    return row.kind !== 'scenario' && begins ? [step, line] : [line];
  });
}

function bodyCell(row: MatrixRow, { tone, text, reason, cell }: RowCell): Html {
  const leads = row.kind === 'scenario' && cell !== null && cell.measures.length > 0;
  const body = leads ? html`<a href="${fileOf(cell, 'report.html')}">${text}</a>` : html`${text}`;
  return html`<td class="${tone} n" title="${reason ?? ''}">${body}</td>`;
}

function fileOf({ folder }: Pick<Cell, 'folder'>, name: string): string {
  return [...folder.split('/'), name].map(encodeURIComponent).join('/');
}

function told({ cells }: Matrix): Html {
  const shown = cells.filter(({ status }) => status !== 'pass');
  if (shown.length === 0) return html``;
  return html`<h2>What did not pass</h2>
    ${shown.map(
      ({ status, scenario, kernel, reason, quote, folder }) =>
        html`<h3>${status.toUpperCase()}: ${scenario} on ${kernel}</h3>
          <p>${reason ?? ''}</p>
          ${quote.length === 0 ? '' : html`<pre>${quote.join('\n')}</pre>`}
          ${
            hasConsole({ status })
              ? html`<p><a href="${fileOf({ folder }, 'console.log')}">the kernel’s console</a></p>`
              : ''
          }`,
    )}`;
}

function meant(matrix: Matrix): Html {
  const differences = matrixDifferences(matrix);
  if (differences.length === 0) return html``;
  const columns = ['kernel', 'difference', 'scenarios'].map((title) => ({ title }));
  const rows = differences.map(({ kernel, text, scenarios }) => ({ cells: [kernel, text, scenarios.join(', ')] }));
  return html`<h2>What differs by kernel</h2>
    ${table(`What is ${DIFFERENCES_TITLE}`, columns, rows)}`;
}

function worse(regressions: readonly Regression[]): Html {
  if (regressions.length === 0) return html``;
  const columns = ['kernel', 'scenario', 'step', 'check', 'what became worse'].map((title) => ({ title }));
  const rows = regressions.map(({ kernel, scenario, step, name, what }) => ({
    cells: [kernel, scenario, step ?? '', name ?? '', what],
    tone: 'fail' as const,
  }));
  return html`<h2>Worse than the baseline</h2>
    ${table('Beyond the tolerances', columns, rows)}`;
}

function features(): Html {
  const columns = ['feature', 'since', 'needed by', 'without it'].map((title) => ({ title }));
  const rows = KERNEL_FEATURES.map(({ name, since, programs, without }) => ({
    cells: [name, `Linux ${since}`, programs.length === 0 ? 'the lab' : programs.join(', '), without ?? 'skipped'],
  }));
  return html`<h2>What the kernel must have</h2>
    ${table('Oldest release of each feature', columns, rows)}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
