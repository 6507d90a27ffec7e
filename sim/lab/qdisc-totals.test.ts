import { expect, test } from 'vitest';
import { TC_H_ROOT, type QdiscStats } from '../linux/qdisc.ts';
import { qdiscDrops } from '../trace/qdisc-drops.ts';
import { QdiscTotals, WireTotals } from './qdisc-totals.ts';

const LINE = 0x0002_0000;
const qdisc = (kind: string, more: Partial<QdiscStats>): QdiscStats => ({
  kind,
  ifindex: 7,
  handle: LINE,
  parent: TC_H_ROOT,
  packets: 0,
  bytes: 0,
  drops: 0,
  overlimits: 0,
  requeues: 0,
  backlogBytes: 0,
  qlen: 0,
  extra: {},
  ...more,
});
const line = (drops: number): QdiscStats => qdisc('netem', { packets: 100, drops });
const queue = (kind: string, handle: number, packets: number, drops: number): QdiscStats =>
  qdisc(kind, { handle, parent: LINE | 1, packets, drops });

test('what the queues below a delay line dropped never goes back, whichever takes the place of which', () => {
  const totals = new WireTotals();
  const dropped = (root: QdiscStats, ...below: readonly QdiscStats[]): number | undefined =>
    totals.of('host:a egress eth0', root, [root, ...below]).extra['queue_drops'];
  expect(dropped(line(0))).toBeUndefined();
  expect(dropped(line(42), queue('tbf', 4, 900, 42))).toBe(42);
  expect(dropped(line(42), queue('prio', 5, 0, 0))).toBe(42);
  expect(dropped(line(45), queue('prio', 5, 10, 3))).toBe(45);
  expect(dropped(line(45))).toBe(45);
  // The one before once more, and then another of the same kind and handle.
  expect(dropped(line(46), queue('tbf', 4, 7, 1))).toBe(46);
  expect(dropped(line(46), queue('tbf', 4, 0, 0))).toBe(46);
});

/** Reasons and packets of a place, look by look. */
function looks(...seen: readonly (readonly [root: QdiscStats, ...below: readonly QdiscStats[]])[]) {
  const totals = new WireTotals();
  return seen.map(([root, ...below]) => {
    const { packets, bytes, drops, overlimits, extra } = totals.of('k', root, [root, ...below]);
    const counts = { packets, bytes, drops, overlimits, backlogBytes: root.backlogBytes, extra };
    const where = { where: 'underlay', direction: 'egress', device: 'port1' } as const;
    return Object.fromEntries(qdiscDrops({ type: 'qdisc', t: 0, ...where, kind: root.kind, ...counts }));
  });
}

test('what waits in a queue that another replaces is the queue’s drop, not the wire’s loss', () => {
  const waiting = qdisc('tbf', { handle: 4, parent: LINE | 1, packets: 100, drops: 2, qlen: 50 });
  // The line has lost 7 by itself, and counts the 50 when they go.
  expect(looks([line(9), waiting], [line(59), queue('prio', 5, 0, 0)])).toEqual([
    { WIRE_QUEUE: 2, WIRE_LOSS: 7 },
    { WIRE_QUEUE: 52, WIRE_LOSS: 7 },
  ]);
});

test('what waited in a queue at the last look, and left before another took its place, is nobody’s drop', () => {
  const waiting = qdisc('tbf', { handle: 4, parent: LINE | 1, packets: 100, drops: 2, qlen: 50 });
  const next = queue('prio', 5, 0, 10);
  expect(looks([line(2), waiting], [line(32), next], [line(40), next])).toEqual([
    { WIRE_QUEUE: 2, WIRE_LOSS: 0 },
    { WIRE_QUEUE: 32, WIRE_LOSS: 0 },
    { WIRE_QUEUE: 32, WIRE_LOSS: 8 },
  ]);
});

test('a line that goes takes what it has lost along, and what waited in it is counted once', () => {
  const full = qdisc('netem', { packets: 100, drops: 9, qlen: 60 });
  const below = qdisc('tbf', { handle: 4, parent: LINE | 1, packets: 100, drops: 2, qlen: 50 });
  const alone = (drops: number) => qdisc('tbf', { handle: 6, drops });
  expect(looks([full, below], [alone(0)], [alone(3)], [line(1)])).toEqual([
    { WIRE_QUEUE: 2, WIRE_LOSS: 7 },
    { WIRE_QUEUE: 62, WIRE_LOSS: 7 },
    { WIRE_QUEUE: 65, WIRE_LOSS: 7 },
    { WIRE_QUEUE: 65, WIRE_LOSS: 8 },
  ]);
});

test('a queue without a line has no losses, whatever replaces it', () => {
  const full = qdisc('tbf', { handle: 4, drops: 5, qlen: 10 });
  expect(looks([full], [qdisc('cake', { handle: 5, drops: 1 })])).toEqual([
    { WIRE_QUEUE: 5, WIRE_LOSS: 0 },
    { WIRE_QUEUE: 16, WIRE_LOSS: 0 },
  ]);
});

test('a queue that only got other numbers counts on', () => {
  const totals = new QdiscTotals();
  totals.of('a', queue('tbf', 4, 10, 1));
  expect(totals.of('a', queue('tbf', 4, 12, 2))).toMatchObject({ packets: 12, drops: 2 });
});
