import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACK, SYN, TCP, UDP, arp, frame, tcp, udp } from '../../dataplane/bpf/frames.ts';
import { fifo } from '../../dataplane/bpf/queue-bounds.ts';
import { whyNoDataplane } from './machine.ts';
import { World, ifbOf2, slaveOf } from './world.ts';
import { skipped } from '../report/skipped.ts';

const reason = whyNoDataplane();
const second = 1_000_000_000n;
const rate = 100_000_000;
const limitedEgress = { limited: { ingress: false, egress: true } };
const limitedIngress = { limited: { ingress: true, egress: false } };

/** 1514 bytes, which at 100 Mbit/s take 121,120 ns. */
const full = frame({ from: '10.0.0.1', to: '10.0.0.2' }, UDP, udp(1, 2, new Array<number>(1472).fill(0)));

describe.skipIf(reason)(`bandwidth${skipped(reason)}`, () => {
  let world: World;
  beforeAll(async () => {
    world = await World.load();
  });
  afterAll(() => world[Symbol.dispose]());
  beforeEach(() => world.reset());

  const egress = (tstamp = 0n, wireLen = full.length) =>
    world.run('ipvlane_egress', full, { ifindex: slaveOf[1], tstamp, wireLen });
  const ifb = (skBuff = {}) =>
    world.run('ipvlane_ifb', full, { ifindex: ifbOf2, ingressIfindex: slaveOf[2], ...skBuff });
  /** A time a second ahead, which the test run itself cannot reach: arithmetic from there on is exact. */
  const ahead = () => process.hrtime.bigint() + second;

  it('without a limit leaves the packet’s time alone', () => {
    expect(egress()).toEqual({ outcome: 'pass', tstamp: 0n });
    expect(egress(123n)).toEqual({ outcome: 'pass', tstamp: 123n });
  });

  it('lets the first packet go at once', () => {
    world.endpoint(1, limitedEgress);
    world.limit(1, 'egress', rate);
    expect(egress()).toEqual({ outcome: 'pass', tstamp: 0n });
  });

  it('spaces packets by their time on the wire', () => {
    const tLast = ahead();
    world.endpoint(1, limitedEgress);
    world.limit(1, 'egress', rate, tLast);
    expect([egress(), egress(), egress()].map(({ tstamp }) => tstamp - tLast)).toEqual([121_120n, 242_240n, 363_360n]);
  });

  it('charges a GSO buffer for the headers of every segment: wire_len, not its length', () => {
    const tLast = ahead();
    world.endpoint(1, limitedEgress);
    world.limit(1, 'egress', rate, tLast);
    expect(egress(0n, 40 * 1514).tstamp - tLast).toBe(40n * 121_120n);
    expect(world.counters(1, 'egress')).toMatchObject({ offeredBytes: 40 * 1514, passedBytes: 40 * 1514 });
  });

  // Bytes of the frames by themselves: two datagrams', and super-packets' of 2,500 bytes in segments of 1,000 and of two bytes in segments of one.
  it.each([
    ['l2', [[1514], [43], [1054, 1054, 554], [55, 55]]],
    ['wire', [[1538], [84], [1078, 1078, 578], [84, 84]]],
    ['ip', [[1500], [29], [1040, 1040, 540], [41, 41]]],
  ] as const)('charges each frame by %s: large, small, and those of a super-packet', (charge, charged) => {
    const ns = (bytes: readonly number[]) => BigInt(bytes.reduce((sum, one) => sum + one, 0) * 80);
    const sent = { from: '10.0.0.1', to: '10.0.0.2' };
    const superPacket = (payload: number, gsoSize: number) => {
      const buffer = frame(sent, TCP, tcp(1, 2, ACK, new Array<number>(payload).fill(0)));
      const gsoSegments = Math.ceil(payload / gsoSize);
      const wireLen = buffer.length + (gsoSegments - 1) * 54;
      return [buffer, { gsoSize, gsoSegments, wireLen }] as const;
    };
    const buffers = [
      [full, {}],
      [frame(sent, UDP, udp(1, 2, [0])), {}],
      superPacket(2500, 1000),
      superPacket(2, 1),
    ] as const;
    world.endpoint(1, limitedEgress);
    world.endpoint(2, limitedIngress);
    for (const [i, [buffer, skBuff]] of buffers.entries()) {
      const tLast = ahead();
      world.limit(1, 'egress', rate, tLast, fifo, charge);
      world.limit(2, 'ingress', rate, tLast, fifo, charge);
      const wireLen = 'wireLen' in skBuff ? skBuff.wireLen : buffer.length;
      const out = world.run('ipvlane_egress', buffer, { ifindex: slaveOf[1], ...skBuff, wireLen });
      const there = { ifindex: ifbOf2, ingressIfindex: slaveOf[2], ...skBuff, wireLen };
      expect([out.tstamp - tLast, world.run('ipvlane_ifb', buffer, there).tstamp - tLast]).toEqual([
        ns(charged[i] ?? []),
        ns(charged[i] ?? []),
      ]);
    }
  });

  it('keeps a later time that TCP has paced the packet to, and counts on from there', () => {
    const tLast = ahead();
    world.endpoint(1, limitedEgress);
    world.limit(1, 'egress', rate, tLast);
    expect(egress(tLast + 500_000n).tstamp).toBe(tLast + 500_000n);
    expect(egress().tstamp).toBe(tLast + 500_000n + 121_120n);
  });

  it('drops beyond the horizon, counts it, and does not spend the budget', () => {
    const tLast = process.hrtime.bigint() + 60n * second;
    world.endpoint(1, limitedEgress);
    world.limit(1, 'egress', rate, tLast);
    expect([egress().outcome, egress().outcome]).toEqual(['drop', 'drop']);
    expect(world.drops()).toEqual([
      { endpoint: 1, direction: 'egress', reason: 'EDT_HORIZON', rule: 0, packets: 2, bytes: 2 * 1514 },
    ]);
    expect(world.counters(1, 'egress')).toEqual({
      offeredPackets: 2,
      offeredBytes: 3028,
      passedPackets: 0,
      passedBytes: 0,
      markedPackets: 0,
    });
  });

  it('asks the policy first: a denied packet does not spend the budget', () => {
    const tLast = ahead();
    world.endpoint(1, { ...limitedEgress, policySet: 3, isolated: { ingress: false, egress: true } });
    world.limit(1, 'egress', rate, tLast);
    expect(egress().outcome).toBe('drop');
    world.endpoint(1, limitedEgress);
    expect(egress().tstamp).toBe(tLast + 121_120n);
  });

  it('says so when an endpoint has the flag of a limit and no limit', () => {
    world.endpoint(1, limitedEgress);
    expect(egress().outcome).toBe('drop');
    expect(world.drops().map((drop) => drop.reason)).toEqual(['NO_LIMIT']);
  });

  it('does not hold ARP back', () => {
    const question = arp('10.0.0.1', '10.0.0.2');
    world.endpoint(1, limitedEgress);
    world.endpoint(2, limitedIngress);
    world.limit(1, 'egress', rate, ahead());
    expect(world.run('ipvlane_egress', question, { ifindex: slaveOf[1] })).toEqual({ outcome: 'pass', tstamp: 0n });
    expect(world.ingress(2, question)).toBe('pass');
  });

  it('of ingress sends the packet on to the IFB, where it is paced and counted once', () => {
    const tLast = ahead();
    world.endpoint(2, limitedIngress);
    world.limit(2, 'ingress', rate, tLast);
    expect(world.ingress(2, full)).toBe('to the next filter');
    expect(world.counters(2, 'ingress')).toMatchObject({ offeredPackets: 1, passedPackets: 0 });
    expect(ifb()).toEqual({ outcome: 'pass', tstamp: tLast + 121_120n });
    expect(world.counters(2, 'ingress')).toMatchObject({ offeredPackets: 1, passedPackets: 1, passedBytes: 1514 });
  });

  it('of ingress takes no receive timestamp for a departure time', () => {
    const tLast = ahead();
    world.endpoint(2, limitedIngress);
    world.limit(2, 'ingress', rate, tLast);
    expect(ifb({ tstamp: tLast + 3600n * second }).tstamp).toBe(tLast + 121_120n);
  });

  it('of ingress drops beyond the horizon on the pod’s account, not the IFB’s', () => {
    world.endpoint(2, limitedIngress);
    world.limit(2, 'ingress', rate, process.hrtime.bigint() + 60n * second);
    expect(ifb().outcome).toBe('drop');
    expect(world.drops()).toEqual([
      { endpoint: 2, direction: 'ingress', reason: 'EDT_HORIZON', rule: 0, packets: 1, bytes: 1514 },
    ]);
  });

  it('does not charge the pod for what the IFB itself sends', () => {
    world.endpoint(2, limitedIngress);
    world.limit(2, 'ingress', rate);
    expect(ifb({ ingressIfindex: 0 }).outcome).toBe('pass');
    expect(Object.values(world.counters(2, 'ingress'))).toEqual([0, 0, 0, 0, 0]);
  });

  it('of ingress counts every segment of a GRO buffer with headers of its own', () => {
    // 10 segments of 100 bytes: on the wire 10 x (54 + 100).
    const gro = frame({ from: '10.0.0.1', to: '10.0.0.2' }, TCP, tcp(1, 2, SYN, new Array<number>(1000).fill(0)));
    expect(world.ingress(2, gro, { gsoSegments: 10 })).toBe('pass');
    expect(world.counters(2, 'ingress')).toMatchObject({
      offeredPackets: 10,
      offeredBytes: 10 * 154,
      passedBytes: 10 * 154,
    });
  });
});
