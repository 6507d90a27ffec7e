/** What the lab takes of the machine's memory. */
import type { Dataplane } from './dataplane.ts';
import type { AgentMessage } from './protocol.ts';

const KIB = 1024;

export function memoryMessage({ maps }: Pick<Dataplane, 'maps'>): Extract<AgentMessage, { type: 'memory' }> {
  return {
    type: 'memory',
    agentBytes: process.memoryUsage.rss(),
    agentPeakBytes: process.resourceUsage().maxRSS * KIB,
    maps: Object.values(maps).map((map) => ({ name: map.name, bytes: map.memoryBytes() })),
  };
}
