/**
 * Round trips, idle and under load, on a logarithmic scale: a queue shows as the distance between the two.
 */
import { formatUs } from '../../sim/measure/format.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import { html, type Html } from './markup.ts';
import type { SvgMaker } from './svg-maker.ts';
import { table } from './table.ts';

const MOST_ROWS = 40;

export function roundTripsSection(maker: SvgMaker, flows: readonly FlowResult[]): Html {
  const pinged = flows.filter(({ rtt_us }) => rtt_us !== null);
  if (pinged.length === 0) return html``;
  return html`<section aria-labelledby="round-trips">
    <h2 id="round-trips">Round trips</h2>
    <figure class="frame">
      <ul class="legend">
        <li>
          <svg viewBox="0 0 26 10" aria-hidden="true"><circle class="c-idle" cx="13" cy="5" r="5" /></svg>idle, median
        </li>
        <li>
          <svg viewBox="0 0 26 10" aria-hidden="true"><rect class="c-load" x="2" y="3" width="22" height="4" /></svg
          >under load, median to 99th percentile
        </li>
      </ul>
      <div class="scroll wide">${chart(maker, pinged.slice(0, MOST_ROWS))}</div>
    </figure>
    ${table(
      'Round trip of a ping beside the flow',
      [
        { title: 'flow' },
        { title: 'idle median', numeric: true },
        { title: 'load median', numeric: true },
        { title: '95 %', numeric: true },
        { title: '99 %', numeric: true },
        { title: 'lost', numeric: true },
      ],
      pinged.map(({ from, to, rtt_us: rtt }) => ({
        cells: [
          `${from} → ${to}`,
          formatUs(rtt?.idle_p50 ?? null),
          formatUs(rtt?.p50 ?? null),
          formatUs(rtt?.p95 ?? null),
          formatUs(rtt?.p99 ?? null),
          rtt?.lost ?? 0,
        ],
      })),
    )}
  </section>`;
}

const ROW = 40;
const EDGE = { left: 24, right: 90, bottom: 30 };

function chart({ d3, svg }: SvgMaker, flows: readonly FlowResult[]): Html {
  const size = { width: 1040, height: flows.length * ROW + EDGE.bottom };
  const seen = flows
    .flatMap(({ rtt_us: rtt }) => [rtt?.idle_p50, rtt?.p50, rtt?.p99])
    .filter((us) => us != null && us > 0);
  const known = seen.filter((us) => typeof us === 'number');
  const [least, most] = [Math.min(...known, 1000), Math.max(...known, 100)];
  const x = d3
    .scaleLog()
    .domain([10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most))])
    .range([EDGE.left, size.width - EDGE.right]);
  const decades = x.ticks().filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6));
  const text = flows
    .map(
      ({ from, to, rtt_us: rtt }) =>
        `${from} to ${to}: idle ${formatUs(rtt?.idle_p50 ?? null)}, 99 % under load ${formatUs(rtt?.p99 ?? null)}`,
    )
    .join('; ');
  return svg(size, 'Round trips idle and under load', text, (canvas) => {
    for (const tick of decades) {
      const line = canvas.append('line').attr('class', 'c-grid').attr('x1', x(tick)).attr('x2', x(tick));
      line.attr('y1', 0).attr('y2', size.height - EDGE.bottom);
      const mark = canvas.append('text').attr('class', 'c-quiet').attr('font-size', 12.5).attr('text-anchor', 'middle');
      mark
        .attr('x', x(tick))
        .attr('y', size.height - 8)
        .text(formatUs(tick).replace(/\.0+(?= )/, ''));
    }
    flows.forEach(({ from, to, rtt_us: rtt }, row) => {
      const middle = row * ROW + 28;
      const name = canvas.append('text').attr('class', 'c-text').attr('font-size', 12.5);
      name
        .attr('x', EDGE.left)
        .attr('y', middle - 12)
        .text(`${from} → ${to}`);
      if (rtt?.p50 != null && rtt.p99 != null) {
        const bar = canvas
          .append('rect')
          .attr('class', 'c-load')
          .attr('x', x(rtt.p50))
          .attr('y', middle - 3);
        bar
          .attr('width', Math.max(3, x(rtt.p99) - x(rtt.p50)))
          .attr('height', 6)
          .attr('rx', 3);
        const end = canvas.append('text').attr('class', 'c-text').attr('font-size', 12.5);
        end
          .attr('x', Math.max(x(rtt.p99), x(rtt.p50) + 3) + 8)
          .attr('y', middle + 4)
          .text(formatUs(rtt.p99));
      }
      if (rtt?.idle_p50 != null) {
        canvas.append('circle').attr('class', 'c-idle').attr('cx', x(rtt.idle_p50)).attr('cy', middle).attr('r', 5.5);
      }
    });
  });
}
