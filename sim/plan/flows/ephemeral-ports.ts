/** Local ports that connections take, and keep for a while after they have ended. */
import type { FlowPlan, RequestsPlan } from '../plan.ts';

/** net.ipv4.ip_local_port_range: 32768 to 60999. To one port of one receiver each may be used once at a time. */
export const EPHEMERAL_PORTS = 28_232;
/** The same of whoever has another range: `32768 60999`, as the kernel tells it and as it is told. */
export function portsInRange(range: string): number {
  const [low, high] = range.trim().split(/\s+/).map(Number);
  return low === undefined || high === undefined || !(high >= low) ? EPHEMERAL_PORTS : high - low + 1;
}

export const PORT_RANGE = 'net.ipv4.ip_local_port_range';

/** TCP_TIMEWAIT_LEN of the kernel: whoever ends a connection first keeps its port so long (RFC 9293, 3.6.1). */
export const TIME_WAIT_NS = 60_000_000_000;

/** How many a flow with a new connection for each request holds at most, those in TIME_WAIT among them. */
export function portsOf(
  { streams, durationNs }: Pick<FlowPlan, 'streams' | 'durationNs'>,
  { everyNs }: Pick<RequestsPlan, 'everyNs'>,
): number {
  return Math.ceil((streams * Math.min(durationNs, TIME_WAIT_NS)) / everyNs);
}
