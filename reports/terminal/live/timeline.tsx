import { Box, Text } from 'ink';
import { linesThatFit, type TimelineLine, type TimelineRow } from './timeline-lines.ts';

const MARKS: Readonly<Record<TimelineRow['state'], { readonly mark: string; readonly color: string | undefined }>> = {
  waiting: { mark: '·', color: undefined },
  running: { mark: '▶', color: 'cyan' },
  passed: { mark: '✓', color: 'green' },
  unjudged: { mark: '?', color: 'yellow' },
  failed: { mark: '✗', color: 'red' },
};

export interface TimelineProps {
  readonly rows: readonly TimelineRow[];
  readonly height: number;
}

/** Shows the steps around the one that runs when there is no room for all. */
export function Timeline({ rows, height }: TimelineProps) {
  return (
    <Box flexDirection="column">
      {linesThatFit(rows, height).map((line) => (
        <Line key={line.kind === 'step' ? line.row.index : `${line.row.index} ${line.text}`} line={line} />
      ))}
    </Box>
  );
}

function Line({ line }: { readonly line: TimelineLine }) {
  if (line.kind === 'complaint') {
    return (
      <Text color={line.row.state === 'unjudged' ? 'yellow' : 'red'} wrap="truncate">
        {'     '}
        {line.text}
      </Text>
    );
  }
  const { row } = line;
  const { mark, color } = MARKS[row.state];
  return (
    <Text wrap="truncate" dimColor={row.state === 'waiting'}>
      <Text {...(color === undefined ? {} : { color })}>{mark}</Text> {String(row.index + 1).padStart(2)} {row.title}{' '}
      <Text dimColor>{row.detail}</Text>
    </Text>
  );
}
