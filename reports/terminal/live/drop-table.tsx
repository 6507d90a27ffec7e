import { Box, Text } from 'ink';
import { columns } from '../columns.ts';

export interface DropRow {
  readonly packets: number;
  readonly reason: string;
  readonly direction: string;
  readonly endpoint: string;
  /** The rule, or the policies that isolate. */
  readonly why: string;
}

export function DropTable({ rows, height }: { readonly rows: readonly DropRow[]; readonly height: number }) {
  if (rows.length === 0) return <Text dimColor>nothing was dropped</Text>;
  const shown = rows.toSorted((a, b) => b.packets - a.packets).slice(0, height);
  const [header, ...lines] = columns(
    ['DROPPED', 'REASON', 'DIRECTION', 'POD', 'WHY'],
    shown.map((row) => [String(row.packets), row.reason, row.direction, row.endpoint, row.why]),
  );
  return (
    <Box flexDirection="column">
      <Text dimColor wrap="truncate">
        {header}
      </Text>
      {lines.map((line) => (
        <Text key={line} wrap="truncate" color="yellow">
          {line}
        </Text>
      ))}
      {rows.length > shown.length && <Text dimColor>and {rows.length - shown.length} more</Text>}
    </Box>
  );
}
