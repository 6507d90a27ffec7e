/**
 * Tables with captions, scopes and right-aligned numbers. A long one is folded behind its caption: the report of a
 * thousand pods must stay readable, and without JavaScript only `<details>` folds; with it they can be filtered and sorted.
 */
import { html, type Html, type Piece } from './markup.ts';
import { LONG_TABLE } from './table-tools.ts';

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

export interface Row {
  /** The first cell names the row. */
  readonly cells: readonly Piece[];
  readonly tone?: 'pass' | 'fail' | 'skip';
}

/** Rows more than this are folded, more than `MOST_ROWS` are left to `result.json`. */
const OPEN_ROWS = 30;
const MOST_ROWS = 2000;
/** Unfolded in print. */
const PAPER_ROWS = 200;

export function table(caption: string, columns: readonly Column[], rows: readonly Row[]): Html {
  if (rows.length === 0) return html``;
  const body = html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ title, numeric }) => html`<th scope="col" class="${numeric === true ? 'n' : ''}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.slice(0, MOST_ROWS).map((row) => tableRow(row, columns))}
      </tbody>
    </table>
  </div>`;
  const more =
    rows.length > MOST_ROWS
      ? html`<p class="quiet">The first ${MOST_ROWS} of ${rows.length} rows; all are in result.json.</p>`
      : html``;
  if (rows.length <= OPEN_ROWS) return html`${body}${more}`;
  return html`<details class="${LONG_TABLE}${rows.length <= PAPER_ROWS ? ' paper' : ''}">
    <summary>${caption}: ${rows.length} rows</summary>
    ${body}${more}
  </details>`;
}

function tableRow({ cells, tone }: Row, columns: readonly Column[]): Html {
  const [first, ...others] = cells;
  return html`<tr class="${tone ?? ''}">
    <th scope="row">${first ?? ''}</th>
    ${others.map((cell, i) => html`<td class="${columns[i + 1]?.numeric === true ? 'n' : ''}">${cell}</td>`)}
  </tr>`;
}
