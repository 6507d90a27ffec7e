/** Times on a logarithmic scale, a row each: idle as a dot, the load from its median to its 99th percentile as a bar. */
import { formatUs } from '../../../sim/measure/words/format.ts';
import type { Html } from '../markup/markup.ts';
import type { SvgMaker } from './svg-maker.ts';

/** Microseconds; null where nothing was measured. */
export interface LatencyRange {
  readonly name: string;
  readonly idleUs: number | null;
  readonly p50Us: number | null;
  readonly p99Us: number | null;
}

const ROW = 40;
const EDGE = { left: 24, right: 90, bottom: 30 };
const FONT = 12.5;

export function latencyChart({ d3, svg }: SvgMaker, ranges: readonly LatencyRange[]): Html {
  const size = { width: 1040, height: ranges.length * ROW + EDGE.bottom };
  const x = d3
    .scaleLog()
    .domain(decadesAround(ranges))
    .range([EDGE.left, size.width - EDGE.right]);
  const decades = x.ticks().filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e6) / 1e6));
  return svg(size, 'Latencies, idle and under load', inWords(ranges), (canvas) => {
    for (const tick of decades) {
      const line = canvas.append('line').attr('class', 'c-grid').attr('x1', x(tick)).attr('x2', x(tick));
      line.attr('y1', 0).attr('y2', size.height - EDGE.bottom);
      text('c-quiet', x(tick), size.height - 8, formatUs(tick).replace(/\.0+(?= )/, ''), 'middle');
    }
    ranges.forEach(({ name, idleUs, p50Us, p99Us }, row) => {
      const middle = row * ROW + 28;
      text('c-text', EDGE.left, middle - 12, name, 'start');
      if (p50Us !== null && p99Us !== null) {
        const width = Math.max(3, x(p99Us) - x(p50Us));
        const bar = canvas.append('rect').attr('class', 'c-load').attr('x', x(p50Us)).attr('width', width);
        bar
          .attr('y', middle - 3)
          .attr('height', 6)
          .attr('rx', 3);
        text('c-text', x(p50Us) + width + 8, middle + 4, formatUs(p99Us), 'start');
      }
      if (idleUs !== null) {
        canvas.append('circle').attr('class', 'c-idle').attr('cx', x(idleUs)).attr('cy', middle).attr('r', 5.5);
      }
    });

    function text(name: string, at: number, baseline: number, words: string, anchor: string): void {
      const mark = canvas.append('text').attr('class', name).attr('font-size', FONT).attr('text-anchor', anchor);
      mark.attr('x', at).attr('y', baseline).text(words);
    }
  });
}

/** Whole decades that hold every time, and 100 µs to 1 ms at least, so that two reports look alike. */
function decadesAround(ranges: readonly LatencyRange[]): [number, number] {
  const known = ranges
    .flatMap(({ idleUs, p50Us, p99Us }) => [idleUs, p50Us, p99Us])
    .filter((us) => us !== null && us > 0) as number[];
  const [least, most] = [Math.min(...known, 1000), Math.max(...known, 100)];
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most))];
}

function inWords(ranges: readonly LatencyRange[]): string {
  return ranges
    .map(({ name, idleUs, p99Us }) =>
      [
        `${name.replace('→', 'to')}:`,
        idleUs === null ? '' : `idle ${formatUs(idleUs)},`,
        `99 % within ${formatUs(p99Us)}`,
      ].join(' '),
    )
    .join('; ');
}
