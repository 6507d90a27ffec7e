import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DropReason } from './abi.generated.ts';
import { compileDriver, type Driver } from './testdata/driver.ts';

const MS = 1e6;
const FULL = 1500;

interface Packet {
  readonly bytes: number;
  readonly at: number;
}

/** Mahimahi's own loop (src/frontend/link_queue.cc): wake at every moment, hand its 1500 bytes to what waits; what nobody takes is gone. */
function mahimahi(moments: readonly number[], packets: readonly Packet[], rounds: number): number[] {
  const period = (moments.at(-1) ?? 0) * MS;
  const left = packets.map(({ bytes }) => bytes);
  const departures: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const moment of moments) {
      const now = round * period + moment * MS;
      let room = FULL;
      while (room > 0) {
        const head = departures.length;
        const packet = packets[head];
        if (packet === undefined || packet.at > now) break;
        const taken = Math.min(room, left[head]!);
        room -= taken;
        left[head] = left[head]! - taken;
        if (left[head] === 0) departures.push(now);
      }
    }
  }
  return departures;
}

describe('a wire with a trace', () => {
  let driver: Driver;
  beforeAll(() => {
    driver = compileDriver();
  });
  afterAll(() => driver[Symbol.dispose]());

  function deliver(
    moments: readonly number[],
    packets: readonly Packet[],
    queueBytes = 1e9,
  ): { dropped: boolean; leaves: number }[] {
    const [, ...answers] = driver.ask([
      `trace ${queueBytes} ${moments.join(' ')}`,
      ...packets.map(({ bytes, at }) => `deliver ${bytes} ${at}`),
    ]);
    return answers.map(([drop, leaves]) => {
      expect([0, DropReason.AQM]).toContain(Number(drop));
      return { dropped: Number(drop) !== 0, leaves: Number(leaves) };
    });
  }

  const times = (moments: readonly number[], packets: readonly Packet[]): number[] =>
    deliver(moments, packets).map(({ leaves }) => leaves / MS);

  it('lets one full packet out at each of its moments, and two where it names one twice', () => {
    const burst = Array.from({ length: 5 }, () => ({ bytes: FULL, at: 0 }));
    expect(times([1, 3, 3, 10], burst)).toEqual([1, 3, 3, 10, 11]);
  });

  it('begins anew after its last moment', () => {
    expect(times([2, 5], [{ bytes: FULL, at: 23 * MS }])).toEqual([25]);
    expect(times([2, 5], [{ bytes: FULL, at: 25 * MS + 1 }])).toEqual([27]);
  });

  it('lets a packet out at the very moment it comes, not a nanosecond later', () => {
    const [now, after] = [5 * MS, 5 * MS + 1];
    expect(times([5, 9], [{ bytes: FULL, at: now }])).toEqual([5]);
    expect(times([5, 9], [{ bytes: FULL, at: after }])).toEqual([9]);
  });

  it('shares a moment by bytes: a packet leaves with its last one', () => {
    const small = Array.from({ length: 4 }, () => ({ bytes: 500, at: 0 }));
    expect(times([1, 2, 3], small)).toEqual([1, 1, 1, 2]);
    expect(times([1, 2, 3], [{ bytes: 3001, at: 0 }])).toEqual([3]);
  });

  it('keeps nothing of what nobody took', () => {
    const late = Array.from({ length: 3 }, () => ({ bytes: FULL, at: 100.5 * MS }));
    expect(times([1], late)).toEqual([101, 102, 103]);
  });

  it('drops what its queue has no room for, and takes the next once some has left', () => {
    const burst = [0, 0, 0, 0, 2.5].map((ms) => ({ bytes: FULL, at: ms * MS }));
    expect(deliver([1], burst, 3 * FULL).map(({ dropped }) => dropped)).toEqual([false, false, false, true, false]);
  });

  it('gives each packet the moment that mahimahi gives it, whatever comes', () => {
    let dice = 7;
    const roll = (sides: number): number => (dice = (dice * 48271) % 2147483647) % sides;
    for (let trial = 0; trial < 20; trial++) {
      const moments = Array.from({ length: 1 + roll(40) }, () => roll(60)).sort((one, other) => one - other);
      moments.push(60 + roll(5));
      let at = 0;
      const packets = Array.from({ length: 300 }, () => ({ bytes: 20 + roll(1481), at: (at += roll(4 * MS)) }));
      const simulated = mahimahi(moments, packets, 400);
      expect(simulated).toHaveLength(packets.length);
      expect(deliver(moments, packets).map(({ leaves }) => leaves)).toEqual(simulated);
    }
  });

  it('finds its place in the longest trace, weeks later', () => {
    const moments = Array.from({ length: 50_000 }, (_, n) => n + 1);
    const at = 30 * 86_400e9 + 0.25 * MS;
    expect(deliver(moments, [{ bytes: FULL, at }])[0]?.leaves).toBe(30 * 86_400e9 + MS);
  });
});
