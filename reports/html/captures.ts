/**
 * What the packet captures hold: who talked to whom.
 */
import { formatBytes, formatCount } from '../../sim/measure/words/format.ts';
import { html, type Html } from './markup/markup.ts';
import type { ReportContext } from './report-context.ts';
import { table } from './markup/table.ts';

export function capturesTable(captures: NonNullable<ReportContext['captures']>): Html {
  return html`${captures.map(({ where, conversations }) =>
    table(
      `Conversations captured at ${where}`,
      [{ title: 'conversation' }, { title: 'packets', numeric: true }, { title: 'wire bytes', numeric: true }],
      conversations.map(({ name, packets, wireBytes }) => ({
        cells: [name, formatCount(packets), formatBytes(wireBytes)],
      })),
    ),
  )}`;
}
