import { Box, Text } from 'ink';
import { KEYS } from './keys.ts';

export function KeyHelp() {
  return (
    <Box flexDirection="column" borderStyle="round" paddingX={1}>
      {KEYS.map(([keys, what]) => (
        <Text key={keys} wrap="truncate">
          <Text bold>{keys.padEnd(12)}</Text>
          {what}
        </Text>
      ))}
    </Box>
  );
}
