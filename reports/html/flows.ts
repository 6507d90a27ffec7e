/**
 * The flows: a chart and its numbers each. Many flows are folded, all but the first few.
 */
import { flowFigures } from '../../sim/measure/words/flow-figures.ts';
import { formatCount } from '../../sim/measure/words/format.ts';
import type { FlowCurve } from '../../sim/measure/flow/rate-curve.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import type { Plan } from '../../sim/plan/plan.ts';
import { flowsByWorkload } from './flows-by-workload.ts';
import { html, type Html } from './markup/markup.ts';
import { rateChart } from './chart/rate-chart.ts';
import type { SvgMaker } from './chart/svg-maker.ts';
import { table } from './markup/table.ts';

const OPEN_CHARTS = 8;
const MOST_CHARTS = 60;

export function flowsSection(
  maker: SvgMaker,
  flows: readonly FlowResult[],
  curves: readonly FlowCurve[],
  plan: Plan,
): Html {
  if (flows.length === 0) return html``;
  const drawn = flows.slice(0, MOST_CHARTS).flatMap((flow) => {
    const curve = curves.find(({ flowId }) => flowId === flow.flow_id);
    return curve === undefined ? [] : [chartOf(maker, flow, curve)];
  });
  const rest = drawn.slice(OPEN_CHARTS);
  return html`<section aria-labelledby="flows">
    <h2 id="flows">Bandwidth</h2>
    ${flowsByWorkload(flows, plan)} ${drawn.slice(0, OPEN_CHARTS)}
    ${
      rest.length === 0
        ? null
        : html`<details>
            <summary>${rest.length} more flows over time</summary>
            ${rest}
          </details>`
    }
    ${flows.length > MOST_CHARTS ? html`<p class="quiet">Charts of the first ${MOST_CHARTS} of ${flows.length} flows.</p>` : null}
    ${numbers(flows)} ${byWhom(flows)}
    <p class="quiet">
      Rates leave out each flow’s first second, which stands for itself. “Wire” is counted behind the shaper by somebody
      else: the receiver, its IFB or the underlay. The error compares it with the limit, or with what was offered where
      that is less; flows that share a limit are added up. “Goodput” is what the receiver’s application got.
      ${
        flows.some(({ fairness }) => fairness !== null)
          ? 'Fairness is Jain’s index over the bytes that a flow’s streams received: 1 when all got the same.'
          : null
      }
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
  // Latencies have a section of their own.
  const figures = flowFigures(flows).filter(({ kind }) => kind !== 'latency');
  return table(
    'Each flow in numbers',
    [{ title: 'flow' }, ...figures.map(({ title }) => ({ title, numeric: true }))],
    flows.map((flow) => ({
      cells: [
        html`${flow.from} → ${flow.to} <span class="quiet">${flow.protocol}</span>`,
        ...figures.map(({ of }) => of(flow)),
      ],
    })),
  );
}

/** Who made the traffic, in one sentence for them all. */
function byWhom(flows: readonly FlowResult[]): Html {
  const makers = [...new Set(flows.map(({ generator }) => generator))].filter((maker) => maker !== null);
  if (makers.length === 0) return html``;
  const said = makers.map((maker) => {
    const count = flows.filter(({ generator }) => generator === maker).length;
    const words = GENERATORS[maker];
    return makers.length === 1 ? words : `${words} (${formatCount(count)} of ${formatCount(flows.length)} flows)`;
  });
  return html`<p class="quiet">Traffic made by ${said.join(' and ')}.</p>`;
}

const GENERATORS: Readonly<Record<NonNullable<FlowResult['generator']>, string>> = {
  iperf3: 'iperf3',
  ipvlane: 'ipvlane’s own generator',
};
