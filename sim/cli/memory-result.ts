/** What the agent said of memory, as results and run.json hold it. */
import type { AgentMessage } from '../lab/protocol.ts';
import type { MemoryResult } from '../measure/result.ts';

export function memoryResult({
  agentBytes,
  agentPeakBytes,
  maps,
}: Extract<AgentMessage, { type: 'memory' }>): MemoryResult {
  const sum = maps.reduce<number | null>((sum, { bytes }) => (sum === null || bytes === null ? null : sum + bytes), 0);
  return { agent_bytes: agentBytes, agent_peak_bytes: agentPeakBytes, maps_bytes: sum, maps };
}
