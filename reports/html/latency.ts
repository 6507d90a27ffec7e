/**
 * What time packets took: pings beside a flow, requests and their replies, datagrams one way. The picture sets them
 * side by side; a queue shows as the distance of the load from the idle path.
 */
import { formatCount, formatUs, NOT_MEASURED } from '../../sim/measure/words/format.ts';
import type { FlowResult } from '../../sim/measure/result.ts';
import { latencyChart, type LatencyRange } from './chart/latency-chart.ts';
import { html, type Html } from './markup/markup.ts';
import type { SvgMaker } from './chart/svg-maker.ts';
import { table, type Column } from './markup/table.ts';

const MOST_DRAWN = 40;

export function latencySection(maker: SvgMaker, flows: readonly FlowResult[]): Html {
  const ranges = flows.flatMap(rangesOf);
  if (ranges.length === 0) return html``;
  const idle = ranges.some(({ idleUs }) => idleUs !== null);
  return html`<section aria-labelledby="latency">
    <h2 id="latency">Latency</h2>
    <figure class="frame">
      <ul class="legend">
        ${
          idle
            ? html`<li>
                <svg viewBox="0 0 26 10" aria-hidden="true"><circle class="c-idle" cx="13" cy="5" r="5" /></svg>idle,
                median
              </li>`
            : null
        }
        <li>
          <svg viewBox="0 0 26 10" aria-hidden="true"><rect class="c-load" x="2" y="3" width="22" height="4" /></svg
          >under load, median to 99th percentile
        </li>
      </ul>
      <div class="scroll wide">${latencyChart(maker, ranges.slice(0, MOST_DRAWN))}</div>
      ${
        ranges.length > MOST_DRAWN
          ? html`<figcaption>The first ${MOST_DRAWN} of ${ranges.length}; the tables have all.</figcaption>`
          : null
      }
    </figure>
    ${roundTrips(flows)} ${requests(flows)} ${connections(flows)} ${oneWay(flows)}
  </section>`;
}

function rangesOf({
  from,
  to,
  rtt_us: rtt,
  request_us: request,
  connections: made,
  one_way_us: oneWay,
}: FlowResult): LatencyRange[] {
  const flow = `${from} → ${to}`;
  return [
    ...(rtt === null ? [] : [{ name: `${flow}: ping`, idleUs: rtt.idle_p50, p50Us: rtt.p50, p99Us: rtt.p99 }]),
    ...(request === null
      ? []
      : [{ name: `${flow}: request to reply`, idleUs: null, p50Us: request.p50, p99Us: request.p99 }]),
    ...(made === undefined
      ? []
      : [{ name: `${flow}: connect`, idleUs: null, p50Us: made.connect_p50_us, p99Us: made.connect_p99_us }]),
    ...(oneWay === null ? [] : [{ name: `${flow}: one way`, idleUs: null, p50Us: oneWay.p50, p99Us: oneWay.p99 }]),
  ];
}

function roundTrips(flows: readonly FlowResult[]): Html {
  const rows = flows.flatMap(({ from, to, rtt_us: rtt }) =>
    rtt === null
      ? []
      : [[`${from} → ${to}`, ...[rtt.idle_p50, rtt.p50, rtt.p95, rtt.p99].map(formatUs), formatCount(rtt.lost)]],
  );
  return times('Round trip of a ping beside the flow', ['idle median', 'load median', '95 %', '99 %', 'lost'], rows);
}

function requests(flows: readonly FlowResult[]): Html {
  const rows = flows.flatMap(({ from, to, request_us: request }) =>
    request === null
      ? []
      : [
          [
            `${from} → ${to}`,
            ...[request.p50, request.p95, request.p99, request.max].map(formatUs),
            formatCount(request.answered),
            formatCount(request.lost),
          ],
        ],
  );
  const titles = ['median', '95 %', '99 %', 'slowest', 'answered', 'lost'];
  return times('From a request’s first byte to its reply’s last', titles, rows);
}

function connections(flows: readonly FlowResult[]): Html {
  const rows = flows.flatMap(({ from, to, connections: made }) =>
    made === undefined
      ? []
      : [
          [
            `${from} → ${to}`,
            ...[made.connect_p50_us, made.connect_p99_us].map(formatUs),
            made.per_s === null ? NOT_MEASURED : made.per_s.toFixed(1),
            formatCount(made.made),
            formatCount(made.failed),
          ],
        ],
  );
  return times(
    'From a connection’s first packet to its being made',
    ['median', '99 %', 'a second', 'made', 'failed'],
    rows,
  );
}

function oneWay(flows: readonly FlowResult[]): Html {
  const rows = flows.flatMap(({ from, to, one_way_us: way }) =>
    way === null ? [] : [[`${from} → ${to}`, ...[way.p50, way.p95, way.p99, way.max].map(formatUs)]],
  );
  return times('From a datagram’s departure to its receiver', ['median', '95 %', '99 %', 'slowest'], rows);
}

function times(caption: string, titles: readonly string[], rows: readonly (readonly string[])[]): Html {
  const columns: Column[] = [{ title: 'flow' }, ...titles.map((title) => ({ title, numeric: true }))];
  return table(
    caption,
    columns,
    rows.map((cells) => ({ cells })),
  );
}
