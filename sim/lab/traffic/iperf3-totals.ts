/** A flow's totals, of what both sides of iperf3 said. */
import type { FlowPlan } from '../../plan/plan.ts';
import type { FlowTotals } from '../../trace/record.ts';
import type { Datagrams } from './datagrams.ts';
import { datagramTotals } from './datagrams.ts';
import type { Iperf3Report } from './iperf3-report.ts';

export interface Sides {
  readonly sender: Iperf3Report;
  readonly receiver: Iperf3Report;
}

/** Of UDP; TCP misses nothing. */
export function missingDatagrams(flow: Pick<FlowPlan, 'datagramBytes'>, sides: Sides): number {
  const { sent, arrived } = datagramsOf(flow, sides) ?? { sent: 0, arrived: 0 };
  return Math.max(0, sent - arrived);
}

/** @param later datagrams that came after the receiver had stopped counting, and packets still in queues */
export function iperf3Totals(
  flow: Pick<FlowPlan, 'datagramBytes'>,
  sides: Sides,
  later: Pick<Datagrams, 'late' | 'queued'>,
): FlowTotals {
  const { sender, receiver } = sides;
  const datagrams = datagramsOf(flow, sides);
  return {
    sentBytes: sender.bytes,
    receivedBytes: receiver.bytes,
    durationNs: receiver.durationNs,
    retransmits: sender.retransmits,
    ...(datagrams === null ? { lostPackets: null, packets: null } : datagramTotals({ ...datagrams, ...later })),
    ...streamTotals(sides),
  };
}

/**
 * By the bytes that each side moved. iperf3's own `lost_packets` has a loss when a later datagram arrives, and so none of those at
 * the end; its `packets` has those that the socket did not take (iperf3 3.12). Null: of TCP.
 */
function datagramsOf(
  { datagramBytes }: Pick<FlowPlan, 'datagramBytes'>,
  { sender, receiver }: Sides,
): Pick<Datagrams, 'sent' | 'arrived'> | null {
  if (datagramBytes === null) return null;
  return { sent: Math.round(sender.bytes / datagramBytes), arrived: Math.round(receiver.bytes / datagramBytes) };
}

/** Both sides list the streams in the order they were connected. */
function streamTotals({ sender, receiver }: Sides): Pick<FlowTotals, 'streams'> {
  if (sender.streams.length === 0 || sender.streams.length !== receiver.streams.length) return {};
  const streams = sender.streams.map(({ bytes, retransmits }, i) => ({
    sentBytes: bytes,
    receivedBytes: receiver.streams[i]?.bytes ?? 0,
    retransmits,
  }));
  return { streams };
}
