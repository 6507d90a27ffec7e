/** Who makes the traffic of a flow. */
import type { FlowPlan, Generator } from '../../plan/plan.ts';
import type { Clock } from '../../trace/record.ts';

/**
 * On the real clock bulk TCP is iperf3's, which everybody trusts; UDP is ours, since iperf3 paces each datagram by a sleep and a
 * system call, and a slow kernel then is the limit. Under a virtual clock everything is ours: iperf3 spins for moments, and
 * a moment never ends while anything spins.
 */
export function generatorOf(flow: FlowPlan, clock: Clock): Generator {
  if (clock === 'virtual') return 'ipvlane';
  if (flow.generator !== undefined) return flow.generator;
  return flow.protocol === 'UDP' || onlyOurs(flow) ? 'ipvlane' : 'iperf3';
}

function onlyOurs({ requests, congestion, ecn, volume, sendBufferBytes, receiveBufferBytes }: FlowPlan): boolean {
  return [requests, congestion, ecn, volume, sendBufferBytes, receiveBufferBytes].some((field) => field !== undefined);
}
