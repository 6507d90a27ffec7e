/**
 * What was dropped, why, by which rule. Nothing dropped is a finding too.
 */
import { formatBytes, formatCount } from '../../sim/measure/words/format.ts';
import type { DropResult } from '../../sim/measure/result.ts';
import { html, type Html } from './markup/markup.ts';
import { table } from './markup/table.ts';

export function dropsSection(drops: readonly DropResult[]): Html {
  return html`<section aria-labelledby="drops">
    <h2 id="drops">Drops</h2>
    ${
      drops.length === 0
        ? html`<p>No packet was dropped, neither by the dataplane nor by a queueing discipline.</p>`
        : table(
            'By reason and rule, most packets first',
            [
              { title: 'reason' },
              { title: 'endpoint' },
              { title: 'direction' },
              { title: 'rule' },
              { title: 'packets', numeric: true },
              { title: 'bytes', numeric: true },
            ],
            drops.map((drop) => ({
              cells: [
                html`<code>${drop.reason}</code>`,
                drop.endpoint,
                drop.direction,
                drop.rule === '' ? html`<span class="quiet">none</span>` : drop.rule,
                formatCount(drop.packets),
                formatBytes(drop.bytes),
              ],
            })),
          )
    }
  </section>`;
}
