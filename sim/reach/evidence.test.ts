import { expect, test } from 'vitest';
import { nodeOf, planOf, podOf } from '../../test/lab/plans.ts';
import type { QdiscRecord, TraceRecord } from '../trace/record.ts';
import type { Asked } from './ask-lab.ts';
import { gatherEvidence } from './evidence.ts';
import { packetEnds } from './question.ts';

const plan = planOf({ pods: [podOf(1, 'a', 'n1'), podOf(2, 'b', 'n1')], nodes: [nodeOf('n1', 230)] });
const ends = packetEnds(plan, 'a', 'b');

const loss = (where: string, direction: 'ingress' | 'egress', packets: number, device?: string): TraceRecord => ({
  type: 'loss',
  t: 0,
  where,
  direction,
  reason: 'LINK_DROP',
  packets,
  ...(device === undefined ? {} : { device }),
});
const queue = (where: string, drops: number, extra: QdiscRecord['extra'] = {}): TraceRecord => ({
  type: 'qdisc',
  t: 0,
  where,
  direction: 'egress',
  device: 'eth0',
  kind: 'fq',
  packets: 0,
  bytes: 0,
  drops,
  overlimits: 0,
  backlogBytes: 0,
  extra,
});

test('what was lost meanwhile is told by place and reason, each way by itself', async () => {
  const answers: (readonly TraceRecord[])[] = [
    [],
    [loss('kernel', 'ingress', 3), loss('underlay', 'egress', 1, 'n1/ens192'), queue('default/a', 2)],
    [
      ...[loss('kernel', 'ingress', 5), loss('kernel', 'egress', 1), loss('underlay', 'egress', 1, 'n1/ens192')],
      queue('default/a', 6, { horizon_drops: 3 }),
    ],
  ];
  const lab: Asked = {
    kernel: { kind: 'uml', release: '6.1.0', clock: 'real' },
    ask: () =>
      Promise.resolve({ rows: [['.']], durationNs: 0, operations: 0, late: 0, records: answers.shift() ?? [] }),
  };
  const { lost } = await gatherEvidence(lab, ...ends, { protocol: 'TCP', port: 80 });
  expect(lost).toEqual([
    { place: 'kernel', reason: 'LINK_DROP', packets: 2 },
    { place: 'kernel', reason: 'LINK_DROP', packets: 1 },
    { place: 'default/a eth0', reason: 'FQ_HORIZON', packets: 3 },
    { place: 'default/a eth0', reason: 'QDISC_DROP', packets: 1 },
  ]);
});
