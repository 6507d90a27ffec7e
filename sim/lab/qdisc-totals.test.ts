import { expect, test } from 'vitest';
import { TC_H_ROOT, type QdiscStats } from '../linux/qdisc.ts';
import { QdiscTotals, withQueue } from './sampling.ts';

const LINE = 0x0002_0000;
const qdisc = (kind: string, more: Partial<QdiscStats>): QdiscStats => ({
  ...{ kind, ifindex: 7, handle: LINE, parent: TC_H_ROOT, packets: 0, bytes: 0, drops: 0, overlimits: 0 },
  ...{ requeues: 0, backlogBytes: 0, qlen: 0, extra: {}, ...more },
});
const line = (drops: number): QdiscStats => qdisc('netem', { packets: 100, drops });
const queue = (kind: string, handle: number, packets: number, drops: number): QdiscStats =>
  qdisc(kind, { handle, parent: LINE | 1, packets, drops });

test('what the queues below a delay line dropped never goes back, whichever takes the place of which', () => {
  const totals = new QdiscTotals();
  const dropped = (root: QdiscStats, ...below: readonly QdiscStats[]): number | undefined =>
    withQueue(totals, 'host:a egress eth0', root, [root, ...below]).extra['queue_drops'];
  expect(dropped(line(0))).toBeUndefined();
  expect(dropped(line(42), queue('tbf', 4, 900, 42))).toBe(42);
  expect(dropped(line(42), queue('prio', 5, 0, 0))).toBe(42);
  expect(dropped(line(45), queue('prio', 5, 10, 3))).toBe(45);
  expect(dropped(line(45))).toBe(45);
  // The one before once more, and then another of the same kind and handle.
  expect(dropped(line(46), queue('tbf', 4, 7, 1))).toBe(46);
  expect(dropped(line(46), queue('tbf', 4, 0, 0))).toBe(46);
});

test('a queue that only got other numbers counts on', () => {
  const totals = new QdiscTotals();
  totals.of('a', queue('tbf', 4, 10, 1));
  expect(totals.of('a', queue('tbf', 4, 12, 2))).toMatchObject({ packets: 12, drops: 2 });
});
