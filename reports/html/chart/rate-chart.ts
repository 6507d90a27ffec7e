/**
 * A flow over time: what was on the wire and what the receiver got, against the limit and the predicted goodput; the
 * first second shaded apart.
 */
import { formatBps, formatRate } from '../../../sim/measure/words/format.ts';
import type { FlowCurve, RatePoint } from '../../../sim/measure/flow/rate-curve.ts';
import type { FlowResult } from '../../../sim/measure/result.ts';
import { html, type Html } from '../markup/markup.ts';
import type { SvgMaker } from './svg-maker.ts';

const SIZE = { width: 1040, height: 280 };
const EDGE = { top: 14, right: 14, bottom: 40, left: 84 };

export function rateChart({ d3, svg }: SvgMaker, curve: FlowCurve, flow: FlowResult): Html {
  const highest = Math.max(
    ...curve.limits.flatMap(({ configuredBps, predictedGoodputBps }) => [configuredBps ?? 0, predictedGoodputBps ?? 0]),
    ...curve.wire.map(({ bps }) => bps),
    ...curve.goodput.map(({ bps }) => bps),
    1,
  );
  const x = d3
    .scaleLinear()
    .domain([0, curve.seconds])
    .range([EDGE.left, SIZE.width - EDGE.right]);
  const y = d3
    .scaleLinear()
    .domain([0, highest * 1.06])
    .range([SIZE.height - EDGE.bottom, EDGE.top]);
  const right = SIZE.width - EDGE.right;
  const bottom = SIZE.height - EDGE.bottom;
  const path = d3
    .line<RatePoint>()
    .x(({ s }) => round(x(s)))
    .y(({ bps }) => round(y(bps)));
  const title = `${curve.from} to ${curve.to}: rate over time`;
  const picture = svg(SIZE, title, describe(flow, curve), (canvas) => {
    const firstWidth = Math.min(x(1), right) - EDGE.left;
    const box = { x: EDGE.left, y: EDGE.top, width: round(firstWidth), height: bottom - EDGE.top };
    const rect = canvas.append('rect').attr('class', 'c-first');
    for (const [name, value] of Object.entries(box)) rect.attr(name, value);
    for (const tick of y.ticks(5)) {
      horizontal(tick, 'c-grid');
      label(EDGE.left - 10, y(tick) + 4, 'end', tick === 0 ? '0' : formatRate(tick));
    }
    for (const tick of x.ticks(Math.min(10, Math.max(2, Math.ceil(curve.seconds))))) {
      label(x(tick), bottom + 18, 'middle', String(tick));
    }
    label((EDGE.left + right) / 2, SIZE.height - 6, 'middle', 'seconds since the first byte');
    if (firstWidth > 70) label(EDGE.left + firstWidth / 2, bottom - 8, 'middle', 'first second');
    const axis = canvas.append('line').attr('class', 'c-axis');
    axis.attr('x1', EDGE.left).attr('x2', right).attr('y1', bottom).attr('y2', bottom);
    for (const { fromS, toS, predictedGoodputBps } of curve.limits)
      level(predictedGoodputBps, 'c-predicted', fromS, toS);
    for (const { fromS, toS, configuredBps } of curve.limits) level(configuredBps, 'c-limit', fromS, toS);
    curveOf(curve.goodput, 'c-goodput');
    curveOf(curve.wire, 'c-wire');

    function horizontal(bps: number, name: string): void {
      level(bps, name, 0, curve.seconds);
    }

    function level(bps: number | null, name: string, fromS: number, toS: number): void {
      if (bps === null) return;
      const line = canvas.append('line').attr('class', name);
      line
        .attr('x1', round(x(fromS)))
        .attr('x2', round(x(toS)))
        .attr('y1', round(y(bps)))
        .attr('y2', round(y(bps)));
    }
    function label(at: number, baseline: number, anchor: string, text: string): void {
      const mark = canvas.append('text').attr('class', 'c-quiet').attr('font-size', 12.5).attr('text-anchor', anchor);
      mark.attr('x', round(at)).attr('y', round(baseline)).text(text);
    }
    function curveOf(points: readonly RatePoint[], name: string): void {
      if (points.length > 0)
        canvas
          .append('path')
          .attr('class', name)
          .attr('d', path(points) ?? '');
    }
  });
  const limits = curve.limits.map(({ configuredBps }) => configuredBps);
  const goodputs = curve.limits.map(({ predictedGoodputBps }) => predictedGoodputBps);
  return html`<ul class="legend">
      ${legendItem('c-wire', `on the wire ${formatBps(flow.wire_bps)}`, curve.wire.length > 0)}
      ${legendItem('c-goodput', `goodput ${formatBps(flow.goodput_bps)}`, curve.goodput.length > 0)}
      ${legendItem('c-limit', `limit ${overTime(limits, 'none')}`, someRate(limits))}
      ${legendItem('c-predicted', `predicted goodput ${overTime(goodputs, formatBps(null))}`, someRate(goodputs))}
    </ul>
    <div class="scroll wide">${picture}</div>`;
}

function legendItem(name: string, text: string, shown: boolean): Html {
  if (!shown) return html``;
  return html`<li>
    <svg viewBox="0 0 26 10" aria-hidden="true"><line class="${name}" x1="0" x2="26" y1="5" y2="5" /></svg>${text}
  </li>`;
}

/** `10.00 Mbit/s, then 40.00 Mbit/s`. */
function overTime(rates: readonly (number | null)[], none: string): string {
  const texts = rates.map((bps) => (bps === null ? none : formatBps(bps)));
  return texts.filter((text, i) => text !== texts[i - 1]).join(', then ');
}

function someRate(rates: readonly (number | null)[]): boolean {
  return rates.some((bps) => bps !== null);
}

function describe(flow: FlowResult, curve: FlowCurve): string {
  const limits = curve.limits.map(({ configuredBps }) => configuredBps);
  const { wire_bps: wire, goodput_bps: goodput, first_second_bps: first } = flow;
  return (
    `After the first second ${formatBps(wire)} on the wire and ${formatBps(goodput)} of payload` +
    (someRate(limits) ? `, against a limit of ${overTime(limits, 'none')}` : ', without a limit') +
    `; in the first second ${formatBps(first)}.`
  );
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
