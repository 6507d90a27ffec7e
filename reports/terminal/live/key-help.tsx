import { Box, Text } from 'ink';

const KEYS = [
  ['q, Ctrl-C', 'end the run in order and write the report'],
  ['up, down', 'scroll the pods'],
  ['PgUp, PgDn', 'scroll by a screen'],
  ['s', 'sort pods: by name, by egress rate, by ingress rate, by drops'],
  ['?', 'this help'],
] as const;

export function KeyHelp() {
  return (
    <Box flexDirection="column" borderStyle="round" paddingX={1}>
      {KEYS.map(([keys, what]) => (
        <Text key={keys}>
          <Text bold>{keys.padEnd(12)}</Text>
          {what}
        </Text>
      ))}
    </Box>
  );
}
