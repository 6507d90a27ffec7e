import { describe, expect, it } from 'vitest';
import type { PlacedQdisc } from './wire-shape.ts';
import type { UnderlayPlan, WireQueuePlan } from '../../plan/plan.ts';
import { cutsFrames, wireShape as shapeOf } from './wire-shape.ts';

const PLUG = { of: 'node:a', interface: 'ens192' };

/** Of a link as the others are. */
function wireShape(plan: UnderlayPlan, clock: 'real' | 'virtual' = 'virtual') {
  const { nic, port } = shapeOf(plan, clock);
  return { nic: (counted: boolean) => nic(PLUG, counted), port: (counted: boolean) => port(PLUG, counted) };
}

const kinds = (placed: readonly PlacedQdisc[]): string[] => placed.map(({ parent, spec }) => `${parent} ${spec.kind}`);

function bucket(placed: readonly PlacedQdisc[]) {
  const spec = placed.map((one) => one.spec).find(({ kind }) => kind === 'tbf');
  if (spec?.kind !== 'tbf' || !('limitBytes' in spec)) throw new Error('there is no token bucket');
  return spec;
}

describe('a wire', () => {
  it('without rate and delay is no more than a veth, except where a host is counted', () => {
    const { nic, port } = wireShape({ rateBps: null, delayNs: 0, mtu: 1500 });
    expect([nic(false), port(false)]).toEqual([[], []]);
    expect([kinds(nic(true)), kinds(port(true))]).toEqual([['root fq'], ['root netem']]);
  });

  it('with a rate serializes what a NIC sends and what its port hands out', () => {
    const { nic, port } = wireShape({ rateBps: 1e9, delayNs: 0, mtu: 1500 });
    expect([kinds(nic(false)), kinds(port(false))]).toEqual([['root tbf'], ['root tbf']]);
  });

  it('with a delay has it once a way, before the port’s rate', () => {
    const { nic, port } = wireShape({ rateBps: 1e9, delayNs: 1e6, mtu: 1500 });
    expect(kinds(nic(false))).toEqual(['root tbf']);
    // 65537 is 1:1, below the netem whose handle is 1:0.
    expect(kinds(port(false))).toEqual(['root netem', '65537 tbf']);
    expect(port(false)[0]).toMatchObject({ handle: 0x1_0000, spec: { delayNs: 1e6 } });
  });

  it('has links of their own: a delay before the rate of one, each way, and all others as they are', () => {
    const up = { rateBps: 10e6, delayNs: 15e6, queue: { discipline: 'fifo', bytes: 9000 }, lossPct: 2 } as const;
    const link = { of: 'host:home', up, down: { delayNs: 10e6 } };
    const plan = { rateBps: 1e9, delayNs: 5e6, mtu: 1500, links: [link] };
    const [home, shape] = [{ of: 'host:home', interface: 'eth0' }, shapeOf(plan, 'virtual')];
    expect(kinds(shape.nic(home, true))).toEqual(['root netem', '65537 tbf']);
    expect(shape.nic(home, true)[0]).toMatchObject({ handle: 0x1_0000, spec: { delayNs: 15e6, lossPct: 2 } });
    expect(bucket(shape.nic(home, true))).toMatchObject({ rateBps: 10e6, limitBytes: 9000 });
    expect(shape.port(home, true)[0]).toMatchObject({ spec: { delayNs: 15e6 } });
    expect(bucket(shape.port(home, true)).rateBps).toBe(1e9);
    expect(kinds(shape.nic(PLUG, false))).toEqual(['root tbf']);
    expect(shape.port(PLUG, false)[0]).toMatchObject({ spec: { delayNs: 5e6 } });
    // One slow link, and all make single frames: they come to it from everywhere.
    expect(cutsFrames(plan)).toBe(true);
  });

  it('lets a whole super-packet of 64 KiB through at once where the NICs make them', () => {
    const fast = { rateBps: 1e9, delayNs: 0, mtu: 1500 };
    expect([cutsFrames(fast), bucket(wireShape(fast).nic(false)).burstBytes > 65_536]).toEqual([false, true]);
    const slow = { rateBps: 1e6, delayNs: 0, mtu: 1500 };
    expect([cutsFrames(slow), bucket(wireShape(slow).nic(false)).burstBytes]).toEqual([true, 2 * 1514]);
  });

  it('that is slow keeps 256 KiB, or what its queue says, and not a frame of burst more', () => {
    const slow = { rateBps: 10e6, delayNs: 20e6, mtu: 1500 };
    const limit = (queue?: WireQueuePlan) =>
      bucket(wireShape({ ...slow, ...(queue && { queue }) }).nic(false)).limitBytes;
    expect(limit()).toBe(262_144);
    expect(limit({ discipline: 'fifo', bytes: 9000 })).toBe(9000);
    expect(limit({ discipline: 'fifo', timeNs: 100e6 })).toBe(125_000);
  });

  it('keeps 10 ms of its rate for late timers on the real clock', () => {
    expect(bucket(wireShape({ rateBps: 50e6, delayNs: 0, mtu: 1500 }, 'real').nic(false)).burstBytes).toBe(62_500);
  });

  it('hangs the discipline of its queue into the bucket, and at the port below the delay', () => {
    const kindsOf = (queue: WireQueuePlan) => {
      const { nic, port } = wireShape({ rateBps: 10e6, delayNs: 1e6, mtu: 1500, queue });
      return [kinds(nic(false)), kinds(port(false))];
    };
    // 262144 is 4:0, 262145 its class.
    expect(kindsOf({ discipline: 'fifo', packets: 50 })).toEqual([
      ['root tbf', '262145 pfifo'],
      ['root netem', '65537 tbf', '262145 pfifo'],
    ]);
    expect(kindsOf({ discipline: 'fq_codel' })[0]).toEqual(['root tbf', '262145 fq_codel']);
    expect(kindsOf({ discipline: 'red', bytes: 60_000 })[0]).toEqual(['root tbf', '262145 red']);
    expect(kindsOf({ discipline: 'cake' })).toEqual([['root cake'], ['root netem', '65537 cake']]);
  });

  it('queues a round trip’s worth of its rate', () => {
    // 1 Gbit/s and 50 ms each way: 12.5 MB are under way in a round trip.
    const { burstBytes, limitBytes } = bucket(wireShape({ rateBps: 1e9, delayNs: 50e6, mtu: 1500 }).nic(false));
    expect(limitBytes - burstBytes).toBe(12_500_000);
  });

  it('holds as many packets as its delay has under way, twice', () => {
    const [line] = wireShape({ rateBps: 10e9, delayNs: 100e6, mtu: 1500 }).port(false);
    expect(line?.spec).toMatchObject({ kind: 'netem', limit: Math.ceil((2 * 125_000_000) / 1500) });
  });

  it('that loses, doubles and mixes up packets does so at the port, once a way, before its rate', () => {
    const bad = { jitterNs: 2e5, lossPct: 1, reorderPct: 2, duplicatePct: 0.5 };
    const { nic, port } = wireShape({ rateBps: 1e9, delayNs: 1e6, mtu: 1500, ...bad });
    expect([kinds(nic(false)), kinds(port(false))]).toEqual([['root tbf'], ['root netem', '65537 tbf']]);
    expect(port(false)[0]?.spec).toMatchObject({ delayNs: 1e6, ...bad });
  });

  it('with a trace asks for each packet’s moment behind the delay, and keeps it in an fq until then', () => {
    const trace = { file: 'cell.trace', momentsMs: [1, 2, 20] };
    const { nic, port } = wireShape({ rateBps: 1.8e6, delayNs: 1e6, mtu: 1500, trace });
    // 196608 is 3:0, 196609 its first band.
    expect(kinds(nic(false))).toEqual(['root prio', '196609 fq']);
    expect(kinds(port(false))).toEqual(['root netem', '65537 prio', '196609 fq']);
  });

  it('keeps a packet that waits for a trace’s moment as long as the whole queue can last', () => {
    // 256 KiB are 175 packets; with one a second the last leaves in 175 s, the round that has begun not counted.
    const trace = { file: 'slow.trace', momentsMs: [1000] };
    const queue = wireShape({ rateBps: 12_112, delayNs: 0, mtu: 1500, trace }).nic(false)[1];
    expect(queue?.spec).toMatchObject({ kind: 'fq', horizonNs: 176e9 });
  });

  it('loses without a delay as well', () => {
    const { port } = wireShape({ rateBps: null, delayNs: 0, mtu: 1500, lossPct: 1 });
    expect(kinds(port(false))).toEqual(['root netem']);
  });
});
