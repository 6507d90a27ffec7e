/** Which reasons a queueing discipline's drops had. */
import type { QdiscRecord } from './record.ts';

/**
 * Beyond what a queue of the wire dropped, what a delay line dropped is the wire's loss, which stays counted when the line is gone. Of a
 * queue that another one replaces, `queue_drops` has what waited there when the lab looked last; what had left by then the line did
 * not drop, and it is the line that counts: its loss takes nothing back.
 */
function wireDrops(
  { kind, drops, extra }: QdiscRecord,
  lostBefore: number,
): readonly (readonly [reason: string, packets: number])[] {
  const lost = Math.max(lostBefore, drops - (extra['queue_drops'] ?? (kind === 'netem' ? 0 : drops)));
  return [
    ['WIRE_QUEUE', drops - lost],
    ['WIRE_LOSS', lost],
  ];
}

/**
 * fq says which of its drops were for a flow's own queue and which for the horizon; the rest is the whole queue's.
 * @param lostBefore packets of WIRE_LOSS in an earlier record of the same place
 */
export function qdiscDrops(
  record: QdiscRecord,
  lostBefore = 0,
): readonly (readonly [reason: string, packets: number])[] {
  if (isWire(record.where)) return wireDrops(record, lostBefore);
  const { drops, extra } = record;
  const flowLimit = extra['flows_plimit'] ?? 0;
  const horizon = extra['horizon_drops'] ?? 0;
  return [
    ['FQ_FLOW_LIMIT', flowLimit],
    ['FQ_HORIZON', horizon],
    ['QDISC_DROP', drops - flowLimit - horizon],
  ];
}

function isWire(where: string): boolean {
  return where === 'underlay' || where.startsWith('host:');
}
