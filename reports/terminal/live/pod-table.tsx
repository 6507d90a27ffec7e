import { Box, Text } from 'ink';
import { columns } from '../columns.ts';
import { sparkline } from '../sparkline.ts';
import { formatLimit, formatRate } from '../../../sim/measure/words/format.ts';

/** One pod or a group of them, like `kubectl get pods -o wide` with the dataplane's numbers behind it. Rates in bit/s. */
export interface PodRow {
  readonly name: string;
  readonly state: string;
  readonly failed: boolean;
  readonly ip: string;
  readonly node: string;
  readonly ingress: Shaped;
  readonly egress: Shaped;
}

export interface Shaped {
  /** Wire rate over the last second. */
  readonly rateBps: number;
  /** null: unlimited. */
  readonly limitBps: number | null;
  /** Rates of the last samples, oldest first. */
  readonly history: readonly number[];
}

export interface PodTableProps {
  /** What a row is: `pod`, `workload`, `node`. */
  readonly of: string;
  readonly rows: readonly PodRow[];
  /** Rows above are scrolled away. */
  readonly offset: number;
  readonly height: number;
  /** Columns of the terminal. */
  readonly width: number;
}

type Column = readonly [title: string, cell: (row: PodRow) => string];

const STATUS: Column = ['STATUS', (row) => row.state];
const IP: Column = ['IP', (row) => row.ip];
const NODE: Column = ['NODE', (row) => row.node];

/** How rates are written: with their unit, or as quantities like those of the annotations. */
interface RateStyle {
  readonly title: string;
  readonly text: (bps: number) => string;
  /** Of the widest text. */
  readonly width: number;
}

const SPELT: RateStyle = { title: '', text: formatRate, width: 11 };
const SHORT: RateStyle = { title: ' bit/s', text: (bps) => formatLimit(Number(bps.toPrecision(3))), width: 5 };

/** From the widest to the narrowest: both rates are always there, whatever else has to give way. */
const VARIANTS: readonly (readonly [about: readonly Column[], style: RateStyle, sparkline: number])[] = [
  [[STATUS, IP, NODE], SPELT, 12],
  [[STATUS, IP, NODE], SHORT, 12],
  [[STATUS, IP, NODE], SHORT, 8],
  [[STATUS, IP], SHORT, 8],
  [[STATUS], SHORT, 8],
  [[STATUS], SHORT, 5],
  [[], SHORT, 8],
  [[], SHORT, 0],
];

export function PodTable({ of, rows, offset, height, width }: PodTableProps) {
  const shown = rows.slice(offset, offset + height);
  const [header, ...lines] = widestThatFits(of, shown, width);
  const hidden = rows.length - shown.length;
  return (
    <Box flexDirection="column">
      <Text dimColor wrap="truncate">
        {header}
      </Text>
      {shown.map((row, i) => (
        <Text key={row.name} wrap="truncate" {...(row.failed ? { color: 'red' } : {})}>
          {lines[i]}
        </Text>
      ))}
      {hidden > 0 && (
        <Text dimColor>
          {shown.length} of {rows.length} {of}s, from {offset + 1}; arrows scroll
        </Text>
      )}
    </Box>
  );
}

function widestThatFits(of: string, rows: readonly PodRow[], width: number): string[] {
  let table: string[] = [];
  for (const [about, style, sparklineWidth] of VARIANTS) {
    const chosen: Column[] = [[of.toUpperCase(), (row) => row.name], ...about];
    for (const direction of ['egress', 'ingress'] as const) {
      chosen.push([direction.toUpperCase() + style.title, (row) => rateCell(row[direction], style)]);
      if (sparklineWidth > 0) chosen.push(['', (row) => spark(row[direction], sparklineWidth)]);
    }
    table = columns(
      chosen.map(([title]) => title),
      rows.map((row) => chosen.map(([, cell]) => cell(row))),
    );
    if (table.every((line) => line.trimEnd().length <= width)) break;
  }
  return table;
}

function rateCell({ rateBps, limitBps }: Shaped, { text, width }: RateStyle): string {
  return `${text(rateBps).padStart(width)} / ${limitBps === null ? '-' : text(limitBps)}`;
}

/** The top of the scale is the limit, else the highest rate seen. */
function spark({ history, limitBps }: Shaped, width: number): string {
  return sparkline(history, width, limitBps ?? Math.max(1, ...history));
}
