import { expect, test } from 'vitest';
import { qdiscDrops } from './qdisc-drops.ts';
import type { QdiscRecord } from './record.ts';

function line(drops: number, queueDrops: number): QdiscRecord {
  const place = { where: 'host:far', direction: 'ingress', device: 'eth0', kind: 'netem' } as const;
  const counts = { packets: 9, bytes: 900, overlimits: 0, backlogBytes: 0 };
  return { type: 'qdisc', t: 0, ...place, ...counts, drops, extra: { queue_drops: queueDrops } };
}

test('what a delay line dropped beyond its queue is loss', () => {
  expect(qdiscDrops(line(5, 3))).toEqual([
    ['WIRE_QUEUE', 3],
    ['WIRE_LOSS', 2],
  ]);
});
