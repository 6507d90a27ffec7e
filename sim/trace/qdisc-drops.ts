/** Which reasons a queueing discipline's drops had. */
import type { QdiscRecord } from './record.ts';

/** Beyond what a queue of the wire dropped, what a delay line dropped is the wire's loss, which stays counted when the line is gone. */
function wireDrops({ kind, drops, extra }: QdiscRecord): readonly (readonly [reason: string, packets: number])[] {
  const ofQueues = extra['queue_drops'] ?? (kind === 'netem' ? 0 : drops);
  return [
    ['WIRE_QUEUE', ofQueues],
    ['WIRE_LOSS', drops - ofQueues],
  ];
}

/** fq says which of its drops were for a flow's own queue and which for the horizon; the rest is the whole queue's. */
export function qdiscDrops(record: QdiscRecord): readonly (readonly [reason: string, packets: number])[] {
  if (isWire(record.where)) return wireDrops(record);
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
