import { Box, Text } from 'ink';

export interface TimelineRow {
  readonly index: number;
  readonly title: string;
  readonly state: 'waiting' | 'running' | 'passed' | 'failed';
  /** `3.2 s of 8 s`, `12 of 18 checks met`. */
  readonly detail: string;
  /** Checks that were not met, in words. */
  readonly complaints: readonly string[];
}

const MARKS: Readonly<Record<TimelineRow['state'], { readonly mark: string; readonly color: string | undefined }>> = {
  waiting: { mark: '·', color: undefined },
  running: { mark: '▶', color: 'cyan' },
  passed: { mark: '✓', color: 'green' },
  failed: { mark: '✗', color: 'red' },
};

export interface TimelineProps {
  readonly rows: readonly TimelineRow[];
  readonly height: number;
}

/** Shows the steps around the one that runs when there is no room for all. */
export function Timeline({ rows, height }: TimelineProps) {
  const running = Math.max(
    0,
    rows.findLastIndex((row) => row.state !== 'waiting'),
  );
  const first = Math.max(0, Math.min(running - Math.floor(height / 2), rows.length - height));
  return (
    <Box flexDirection="column">
      {rows.slice(first, first + height).map((row) => {
        const { mark, color } = MARKS[row.state];
        return (
          <Box key={row.index} flexDirection="column">
            <Text wrap="truncate" dimColor={row.state === 'waiting'}>
              <Text {...(color === undefined ? {} : { color })}>{mark}</Text> {String(row.index + 1).padStart(2)}{' '}
              {row.title} <Text dimColor>{row.detail}</Text>
            </Text>
            {row.complaints.slice(0, 3).map((complaint) => (
              <Text key={complaint} color="red" wrap="truncate">
                {'     '}
                {complaint}
              </Text>
            ))}
          </Box>
        );
      })}
    </Box>
  );
}
