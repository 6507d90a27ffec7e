/**
 * The flows: a chart and its numbers each. Many flows are folded, all but the first few.
 */
import { formatBps, formatCount, formatPct } from '../../sim/measure/format.ts';
import type { FlowCurve } from '../../sim/measure/rate-curve.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import { html, type Html } from './markup.ts';
import { rateChart } from './rate-chart.ts';
import type { SvgMaker } from './svg-maker.ts';
import { table } from './table.ts';

const OPEN_CHARTS = 8;
const MOST_CHARTS = 60;

export function flowsSection(maker: SvgMaker, flows: readonly FlowResult[], curves: readonly FlowCurve[]): Html {
  if (flows.length === 0) return html``;
  const drawn = flows.slice(0, MOST_CHARTS).flatMap((flow) => {
    const curve = curves.find(({ flowId }) => flowId === flow.flow_id);
    return curve === undefined ? [] : [chartOf(maker, flow, curve)];
  });
  const rest = drawn.slice(OPEN_CHARTS);
  return html`<section aria-labelledby="flows">
    <h2 id="flows">Bandwidth</h2>
    ${drawn.slice(0, OPEN_CHARTS)}
    ${
      rest.length === 0
        ? null
        : html`<details>
            <summary>${rest.length} more flows over time</summary>
            ${rest}
          </details>`
    }
    ${flows.length > MOST_CHARTS ? html`<p class="quiet">Charts of the first ${MOST_CHARTS} of ${flows.length} flows.</p>` : null}
    ${numbers(flows)}
    <p class="quiet">
      Rates leave out each flow’s first second, which stands for itself. “Wire” is counted behind the shaper by somebody
      else: the receiver, its IFB or the underlay. The error compares it with the limit; flows that share a limit are
      added up. “Goodput” is what the receiver’s application got.
    </p>
  </section>`;
}

function chartOf(maker: SvgMaker, flow: FlowResult, curve: FlowCurve): Html {
  const shared = curve.wireFlows > 1 ? `; the wire curve is of ${curve.wireFlows} flows together` : '';
  const place = curve.wirePlace === null ? 'Nobody counted this flow’s bytes on the wire.' : `Wire: ${curve.wirePlace}`;
  return html`<figure class="flow frame">
    <h3>
      ${flow.from} → ${flow.to} <span class="quiet">${flow.protocol}, ${streams(flow.streams)}, ${flow.step}</span>
    </h3>
    ${rateChart(maker, curve, flow)}
    <figcaption>${place}${shared}.</figcaption>
  </figure>`;
}

function streams(count: number): string {
  return count === 1 ? '1 stream' : `${count} streams`;
}

function numbers(flows: readonly FlowResult[]): Html {
  return table(
    'Each flow in numbers',
    [
      { title: 'flow' },
      { title: 'limit', numeric: true },
      { title: 'wire', numeric: true },
      { title: 'error', numeric: true },
      { title: 'first second', numeric: true },
      { title: 'goodput', numeric: true },
      { title: 'predicted', numeric: true },
      { title: 'retransmits', numeric: true },
      { title: 'lost', numeric: true },
    ],
    flows.map((flow) => ({
      cells: [
        html`${flow.from} → ${flow.to} <span class="quiet">${flow.protocol}</span>`,
        formatBps(flow.configured_bps),
        formatBps(flow.wire_bps),
        formatPct(flow.error_pct),
        formatBps(flow.first_second_bps),
        formatBps(flow.goodput_bps),
        formatBps(flow.predicted_goodput_bps),
        flow.retransmits === null ? '–' : formatCount(flow.retransmits),
        flow.lost_packets === null ? '–' : formatCount(flow.lost_packets),
      ],
    })),
  );
}
