import { Box, Text } from 'ink';
import { formatClock } from '../../../sim/measure/words/format.ts';

export interface HeaderProps {
  readonly scenario: string;
  /** `uml 6.1.176`; null while it boots. */
  readonly kernel: string | null;
  readonly clock: string;
  /** Nanoseconds of the lab's clock. */
  readonly elapsedNs: number;
  /** What is going on: `booting uml`, `step 2 of 9`, `done`. */
  readonly activity: string;
}

export function Header({ scenario, kernel, clock, elapsedNs, activity }: HeaderProps) {
  return (
    <Box justifyContent="space-between">
      <Text wrap="truncate">
        <Text bold>ipvlane</Text> {scenario}
        <Text dimColor>
          {'  '}
          {kernel ?? 'no kernel yet'}, {clock} clock
        </Text>
      </Text>
      <Box flexShrink={0} marginLeft={1}>
        <Text>
          {activity} <Text bold>{formatClock(elapsedNs)}</Text>
        </Text>
      </Box>
    </Box>
  );
}
