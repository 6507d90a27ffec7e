/** What became of the datagrams of a UDP flow, whoever made them: sent against received. */
import type { FlowTotals } from '../../trace/record.ts';

export interface Datagrams {
  readonly sent: number;
  /** At the receiving program, in time. */
  readonly arrived: number;
  /** At the receiving machine, after its program had stopped counting. */
  readonly late: number;
  /** In queues of the lab when waiting for them ended, those of others among them. */
  readonly queued: number;
}

/** What is neither here nor on its way is lost. A datagram that a wire doubled counts once. */
export function datagramTotals({
  sent,
  arrived,
  late,
  queued,
}: Datagrams): Pick<FlowTotals, 'packets' | 'lostPackets' | 'onTheirWayPackets'> {
  const missing = Math.max(0, sent - arrived);
  const onTheirWayPackets = Math.min(missing, late + queued);
  return {
    packets: sent,
    lostPackets: missing - onTheirWayPackets,
    ...(onTheirWayPackets === 0 ? {} : { onTheirWayPackets }),
  };
}
