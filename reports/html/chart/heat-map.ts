/**
 * Who reaches whom as a heat map: a square a pair, green allowed, red denied, ruled where the answers differ. Its
 * tooltip says the rule. A table, so that it can be read aloud, searched and printed without a script.
 */
import { html, trusted, escapeHtml, type Html } from '../markup/markup.ts';

export interface HeatCell {
  readonly tone: 'allowed' | 'denied' | 'mixed' | 'wrong';
  /** What a pointer over it, or a screen reader, says: verdict and rule. */
  readonly title: string;
}

export interface HeatMap {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** null: not asked. */
  readonly cellAt: (row: number, column: number) => HeatCell | null;
}

/** Wide: it scrolls in its own frame. */
export function heatMap({ title, rows, columns, cellAt }: HeatMap): Html {
  const body = rows.map((name, row) => {
    const cells = columns.map((_, column) => cellText(cellAt(row, column)));
    return `<tr><th scope="row">${escapeHtml(name)}</th>${cells.join('')}</tr>`;
  });
  return html`<div class="scroll" role="region" aria-label="${title}" tabindex="0">
    <table class="heat">
      <caption>
        ${title}. Rows send, columns receive; point at a square for its rule.
      </caption>
      <thead>
        <tr>
          <th scope="col">from \\ to</th>
          ${columns.map((name) => html`<th scope="col"><span>${name}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${trusted(body.join('\n'))}
      </tbody>
    </table>
  </div>`;
}

function cellText(cell: HeatCell | null): string {
  if (cell === null) return '<td class="none"></td>';
  return `<td class="${cell.tone}" title="${escapeHtml(cell.title)}">${MARKS[cell.tone]}</td>`;
}

/** A colour is never all that tells them apart. */
const MARKS: Readonly<Record<HeatCell['tone'], string>> = { allowed: '✓', denied: '✗', mixed: '~', wrong: '≠' };
