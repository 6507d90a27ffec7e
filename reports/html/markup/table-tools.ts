/**
 * A filter and columns that sort, for long tables: a script of the page's own, which adds them where it may run. Without it the tables
 * stand as they are. A page without a long table has no script.
 */
import { NOT_MEASURED } from '../../../sim/measure/words/format.ts';
import { html, trusted, type Html } from './markup.ts';

/** Marks a folded table that the script is for. */
export const LONG_TABLE = 'long';

export function tableTools(page: Html): Html {
  if (!page.text.includes(`<details class="${LONG_TABLE}`)) return html``;
  return html`<script>
    ${trusted(SCRIPT)};
  </script>`;
}

const SCRIPT = `
const UNITS = { '%': 1, k: 1e3, M: 1e6, G: 1e9, 'bit/s': 1, 'kbit/s': 1e3, 'Mbit/s': 1e6, 'Gbit/s': 1e9, 'µs': 1e-6, ms: 1e-3, s: 1 };
const valueOf = (row, i) => {
  const text = (row.cells[i]?.textContent ?? '').trim();
  if (text === '${NOT_MEASURED}') return null;
  const [, number, unit] = /^([+−-]?[\\d.]+)\\s*(\\S*)$/.exec(text.replace(/(\\d)\\s(?=\\d{3})/g, '$1')) ?? [];
  return number === undefined ? text : Number(number.replace('−', '-')) * (UNITS[unit] ?? 1);
};
const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b
  : typeof a === 'number' ? -1 : typeof b === 'number' ? 1 : a.localeCompare(b, 'en', { numeric: true });
for (const box of document.querySelectorAll('details.${LONG_TABLE}')) {
  const body = box.querySelector('tbody');
  const rows = [...body.rows];
  const filter = document.createElement('input');
  filter.type = 'search';
  filter.placeholder = 'only rows that hold …';
  filter.setAttribute('aria-label', 'show only rows that hold this text');
  filter.addEventListener('input', () => {
    const text = filter.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(text);
  });
  box.querySelector('.scroll').before(filter);
  const heads = [...box.querySelectorAll('thead th')];
  heads.forEach((head, i) => {
    const button = document.createElement('button');
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const up = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const keyed = rows.map((row) => [valueOf(row, i), row]);
      // What was not measured is last, whichever way.
      keyed.sort(([a], [b]) => (a === null || b === null ? (a === null) - (b === null) : up ? compare(a, b) : compare(b, a)));
      body.append(...keyed.map(([, row]) => row));
    });
  });
}
`;
