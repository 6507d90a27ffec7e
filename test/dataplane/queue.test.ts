import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queueBounds } from '../../dataplane/bpf/queue-bounds.ts';
import { ACK, TCP, UDP, fragmentHeader, frame, tcp, udp } from '../../dataplane/bpf/frames.ts';
import { skipped } from '../report/skipped.ts';
import { whyNoDataplane } from './machine.ts';
import type { SkBuff } from './sk-buff.ts';
import { World, ifbOf2, slaveOf } from './world.ts';

const reason = whyNoDataplane();
const second = 1_000_000_000n;
const rate = 100_000_000;
/** A packet takes 121 ms, or 26: a queue builds up however slowly a busy machine lets this process go on. */
const slow = { egress: 100_000, ingress: 5_000_000 };
const zeros = (length: number) => new Array<number>(length).fill(0);
const full = (port: number) => frame({ from: '10.0.0.1', to: '10.0.0.2' }, UDP, udp(port, 2, zeros(1472)));
const ping = frame({ from: '10.0.0.1', to: '10.0.0.2' }, UDP, udp(7, 7, zeros(56)));
const rest = udp(1, 2, zeros(1472));
/** The fragment `index` of a datagram of 45. */
const fragmentV4 = (id: number, index: number) =>
  frame({ from: '10.0.0.1', to: '10.0.0.2', fragment: { id, offset: 1480 * index, more: index < 44 } }, UDP, rest);
const fragmentV6 = (id: number, index: number) => {
  const header = fragmentHeader(UDP, id, 1448 * index, index < 44);
  return frame({ from: 'fd00::1', to: 'fd00::2', firstHeader: 44, options: header }, UDP, rest.slice(0, 1448));
};
/** Three segments of 800 bytes. */
const superPacket = (from: string, to: string) => frame({ from, to }, TCP, tcp(5, 6, ACK, zeros(2400)));

describe.skipIf(reason)(`the queue behind a limit, in the kernel${skipped(reason)}`, () => {
  let world: World;
  beforeAll(async () => {
    world = await World.load();
  });
  afterAll(() => world[Symbol.dispose]());
  beforeEach(() => {
    world.reset();
    world.endpoint(1, { limited: { ingress: false, egress: true } });
    world.endpoint(2, { limited: { ingress: true, egress: false } });
  });

  const egress = (packet: Uint8Array) => world.run('ipvlane_egress', packet, { ifindex: slaveOf[1] });
  const atIfb: SkBuff = { ifindex: ifbOf2, ingressIfindex: slaveOf[2] };
  const soon = (ns: bigint) => process.hrtime.bigint() + ns;

  /** Behind half a second of others' packets, which no bulk flow may join. */
  function crowded(direction: 'ingress' | 'egress'): void {
    world.limit(direction === 'egress' ? 1 : 2, direction, rate, soon(second / 2n), queueBounds(direction, rate));
  }

  it('lets a small packet past, and a flood of full frames not', () => {
    // A machine that is busy may hold the 200 frames up until the half second is over: that one was no flood.
    let flooded = { passed: 0, took: second };
    while (flooded.took > second / 4n) {
      world.reset();
      world.endpoint(1, { limited: { ingress: false, egress: true } });
      crowded('egress');
      expect(egress(ping)).toEqual({ outcome: 'pass', tstamp: 0n });
      const begin = process.hrtime.bigint();
      const outcomes = Array.from({ length: 200 }, () => egress(full(1)).outcome);
      flooded = {
        passed: outcomes.filter((outcome) => outcome === 'pass').length,
        took: process.hrtime.bigint() - begin,
      };
    }
    const { passed, took } = flooded;
    // A quarter of 4 ms are eight frames of 121 microseconds; a sixteenth of the limit is another every 1.94 ms.
    expect(passed).toBeGreaterThanOrEqual(8);
    expect(passed).toBeLessThanOrEqual(9 + Number(took) / 1_937_920);
    expect(world.drops()).toMatchObject([{ endpoint: 1, direction: 'egress', reason: 'AQM', packets: 200 - passed }]);
    expect(egress(ping)).toEqual({ outcome: 'pass', tstamp: 0n });
  });

  it.each([
    ['IPv4, egress', fragmentV4, 'egress'],
    ['IPv6, egress', fragmentV6, 'egress'],
    ['IPv4, ingress', fragmentV4, 'ingress'],
    ['IPv6, ingress', fragmentV6, 'ingress'],
  ] as const)('lets all fragments of a datagram go, or none: %s', (_, fragment, direction) => {
    const id = direction === 'egress' ? 1 : 2;
    world.limit(id, direction, slow.egress, 0n, queueBounds(direction, slow.egress));
    const passed = (datagram: number) =>
      Array.from({ length: 45 }, (_, index) => fragment(datagram, index))
        .map((packet) => (direction === 'egress' ? egress(packet) : world.run('ipvlane_ifb', packet, atIfb)))
        .filter(({ outcome }) => outcome === 'pass').length;
    // It takes seconds of the limit: the next finds its queue full.
    expect([passed(7), passed(8)]).toEqual([45, 0]);
  });

  it('charges what went past', () => {
    const tLast = soon(second / 2n);
    world.limit(1, 'egress', rate, tLast, queueBounds('egress', rate));
    egress(ping);
    expect(world.tLast(1, 'egress')).toBe(tLast + 7_840n);
  });

  it('marks a packet of a flow above its share that can be marked, and counts it', () => {
    const frameOfFlow = full(3);
    frameOfFlow[15] = 2; // ECT(0)
    world.limit(1, 'egress', slow.egress, 0n, queueBounds('egress', slow.egress));
    const ecn = Array.from(
      { length: 200 },
      () => world.rewrite('ipvlane_egress', frameOfFlow, { ifindex: slaveOf[1] })[15],
    );
    const marked = ecn.filter((field) => field === 3).length;
    expect(marked).toBeGreaterThan(0);
    expect(world.counters(1, 'egress').markedPackets).toBe(marked);
  });

  it.each([
    ['IPv4', superPacket('10.0.0.1', '10.0.0.2'), 16],
    ['IPv6', superPacket('fd00::1', 'fd00::2'), 18],
  ])('takes one segment out of an %s super-packet by its length field', (_, packet, lengthAt) => {
    world.limit(2, 'ingress', slow.ingress, 0n, queueBounds('ingress', slow.ingress));
    const gso = { ...atIfb, gsoSegments: 3, gsoSize: 800, wireLen: 16_384 };
    const length = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getUint16(lengthAt);
    const lengths: number[] = [];
    // Until one is cut: when more come, the queue is full, and they are dropped whole.
    while (lengths.length < 60 && (lengths.at(-1) ?? length(packet)) === length(packet))
      lengths.push(length(world.rewrite('ipvlane_ifb', packet, gso)));
    const cut = lengths.filter((one) => one === length(packet) - 800).length;
    expect(cut).toBeGreaterThan(0);
    expect(lengths.filter((one) => one !== length(packet))).toHaveLength(cut);
    const [drop] = world.drops().filter(({ packets }) => packets === cut);
    expect(drop).toMatchObject({ endpoint: 2, direction: 'ingress', reason: 'AQM' });
  });

  it('corrects the checksum of IPv4 when it takes a segment', () => {
    world.limit(2, 'ingress', slow.ingress, 0n, queueBounds('ingress', slow.ingress));
    const packet = superPacket('10.0.0.1', '10.0.0.2');
    new DataView(packet.buffer).setUint16(24, ~sum16(packet) & 0xffff);
    const gso = { ...atIfb, gsoSegments: 3, gsoSize: 800, wireLen: 16_384 };
    const after = Array.from({ length: 60 }, () => world.rewrite('ipvlane_ifb', packet, gso));
    expect(after.some((bytes) => bytes[16] !== packet[16])).toBe(true);
    expect(new Set(after.map(sum16))).toEqual(new Set([0xffff]));
  });
});

/** Ones' complement sum of the IPv4 header (RFC 1071): 0xffff when its checksum is right. */
function sum16(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}
