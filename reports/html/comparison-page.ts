/** `ipvlane compare`: engines side by side as a page of its own, in the report's dress. */
import type { Comparison, EngineFlow, FlowComparison } from '../../sim/measure/comparison.ts';
import { formatBps, formatKernelClock, formatValue } from '../../sim/measure/words/format.ts';
import { flowTitle, saidColumns } from '../../sim/measure/words/comparison-columns.ts';
import { html, trusted, type Html } from './markup/markup.ts';
import { STYLE } from './markup/style.ts';
import { table } from './markup/table.ts';

/** The whole file's text; needs nothing else. `describe` says what an engine is. */
export function comparisonPage(comparison: Comparison, describe: (engine: string) => string): string {
  const { scenario, kernel, engines, flows, differing_checks } = comparison;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${scenario}: engines side by side – ipvlane</title>
        <style>
          ${trusted(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <p class="kicker">ipvlane compare</p>
          <h1>${scenario}</h1>
          <p>
            The same manifests, traffic and measurement under ${engines.length} engines, on ${kernel.kind}
            ${kernel.release}, ${formatKernelClock(kernel)}. Wire rates are counted behind the limit, goodput at the
            receiver.
            ${kernel.clock === 'virtual' ? 'What a gigabit costs the processor is measured on the real clock: this one stands still while it works.' : ''}
          </p>
        </header>
        <main>
          <section>
            <h2>Engines</h2>
            ${table(
              'What each is, and how many of the scenario’s expectations it met',
              [
                { title: 'engine' },
                { title: 'what it is' },
                { title: 'met', numeric: true },
                { title: 'not met', numeric: true },
              ],
              engines.map(({ engine, verdict, checks_met, checks_not_met }) => ({
                cells: [engine, describe(engine), String(checks_met), String(checks_not_met)],
                tone: verdict === 'pass' ? ('pass' as const) : ('fail' as const),
              })),
            )}
          </section>
          ${flows.map(flowSection)}
          <section>
            <h2>Expectations that not every engine met</h2>
            ${table(
              'What was measured',
              [{ title: 'expectation' }, ...engines.map(({ engine }) => ({ title: engine, numeric: true }))],
              differing_checks.map(({ step, name, by_engine }) => ({
                cells: [
                  `${step}: ${name}`,
                  ...engines.map(({ engine }) => {
                    const cell = by_engine.find((each) => each.engine === engine);
                    if (cell === undefined) return '';
                    return `${cell.status === 'pass' ? '✓' : '✗'} ${formatValue(cell.measured, cell.unit)}`;
                  }),
                ],
              })),
            )}
          </section>
        </main>
      </body>
    </html> `.text;
}

function flowSection(flow: FlowComparison): Html {
  const shown = saidColumns([flow]);
  const wide = widest(flow);
  return html`<section>
    <h2>${flowTitle(flow)}</h2>
    ${table(
      'By engine',
      [
        { title: 'engine' },
        ...shown.map(({ head }) => ({ title: head.toLowerCase(), numeric: true })),
        { title: 'first second against the limit' },
      ],
      flow.by_engine.map((engine) => ({
        cells: [engine.engine, ...shown.map(({ cell }) => cell(engine)), firstSecondBar(engine, flow, wide)],
      })),
    )}
  </section>`;
}

const BAR_WIDTH = 160;

function widest(flow: FlowComparison): number {
  return Math.max(flow.configured_bps ?? 0, ...flow.by_engine.map(({ first_second_bps }) => first_second_bps ?? 0));
}

/** A bar, with a line where the limit is. */
function firstSecondBar({ first_second_bps }: EngineFlow, { configured_bps }: FlowComparison, wide: number): Html {
  if (first_second_bps === null || wide === 0) return html``;
  const scale = (bps: number): string => ((BAR_WIDTH * bps) / wide).toFixed(1);
  const limit =
    configured_bps === null
      ? html``
      : html`<line
          x1="${scale(configured_bps)}"
          x2="${scale(configured_bps)}"
          y1="0"
          y2="14"
          stroke="var(--limit)"
          stroke-width="2"
        />`;
  return html`<svg width="${BAR_WIDTH}" height="14" role="img" aria-label="${formatBps(first_second_bps)}">
    <rect x="0" y="3" width="${scale(first_second_bps)}" height="8" fill="var(--wire)" />
    ${limit}
  </svg>`;
}
