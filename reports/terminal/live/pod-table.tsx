import { Box, Text } from 'ink';
import { columns } from '../columns.ts';
import { sparkline } from '../sparkline.ts';
import { formatRate } from '../units.ts';

/** One row, like `kubectl get pods -o wide` with the dataplane's numbers behind it. Rates in bit/s. */
export interface PodRow {
  readonly name: string;
  readonly state: string;
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
  readonly rows: readonly PodRow[];
  /** Rows above are scrolled away. */
  readonly offset: number;
  readonly height: number;
}

const SPARKLINE_WIDTH = 12;

export function PodTable({ rows, offset, height }: PodTableProps) {
  const shown = rows.slice(offset, offset + height);
  const [header, ...lines] = columns(
    ['POD', 'STATUS', 'IP', 'NODE', 'EGRESS', '', 'INGRESS', ''],
    shown.map((row) => [
      row.name,
      row.state,
      row.ip,
      row.node,
      rateCell(row.egress),
      spark(row.egress),
      rateCell(row.ingress),
      spark(row.ingress),
    ]),
  );
  const hidden = rows.length - shown.length;
  return (
    <Box flexDirection="column">
      <Text dimColor wrap="truncate">
        {header}
      </Text>
      {shown.map((row, i) => (
        <Text key={row.name} wrap="truncate" {...(row.state === 'Failed' ? { color: 'red' } : {})}>
          {lines[i]}
        </Text>
      ))}
      {hidden > 0 && (
        <Text dimColor>
          {shown.length} of {rows.length} pods, from {offset + 1}; arrows scroll
        </Text>
      )}
    </Box>
  );
}

function rateCell({ rateBps, limitBps }: Shaped): string {
  return `${formatRate(rateBps).padStart(11)} / ${limitBps === null ? '-' : formatRate(limitBps)}`;
}

/** The top of the scale is the limit, else the highest rate seen. */
function spark({ history, limitBps }: Shaped): string {
  return sparkline(history, SPARKLINE_WIDTH, limitBps ?? Math.max(1, ...history));
}
