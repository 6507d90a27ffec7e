import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DropReason } from './abi.generated.ts';
import { departureHorizonNs, fqHorizonNs } from './departure-horizon.ts';
import { compileDriver, type Driver } from './testdata/driver.ts';

/** The formula of design.md, section 6, in whole numbers of any size. */
function formula({ rate, horizon, tLast, wireLen, tstamp, now }: Question): Answer {
  const t = tstamp > now ? tstamp : now;
  const next = tLast + (wireLen * 8_000_000_000n) / rate;
  if (next <= t) return { drop: 0, tstamp: 0n, tLast: t };
  if (next - now >= horizon) return { drop: DropReason.EDT_HORIZON, tstamp: 0n, tLast };
  return { drop: 0, tstamp: next, tLast: next };
}

interface Question {
  readonly rate: bigint;
  readonly horizon: bigint;
  readonly tLast: bigint;
  readonly wireLen: bigint;
  readonly tstamp: bigint;
  readonly now: bigint;
}

interface Answer {
  readonly drop: number;
  readonly tstamp: bigint;
  readonly tLast: bigint;
}

const second = 1_000_000_000n;
const idle: Question = { rate: 100_000_000n, horizon: 2n * second, tLast: 0n, wireLen: 1514n, tstamp: 0n, now: second };

describe('the departure time', () => {
  let driver: Driver;
  beforeAll(() => {
    driver = compileDriver();
  });
  afterAll(() => driver[Symbol.dispose]());

  function depart(...questions: Question[]): Answer[] {
    const lines = questions.map((q) => `depart ${q.rate} ${q.horizon} ${q.tLast} ${q.wireLen} ${q.tstamp} ${q.now}`);
    return driver
      .ask(lines)
      .map(([drop, tstamp, tLast]) => ({ drop: Number(drop), tstamp: BigInt(tstamp!), tLast: BigInt(tLast!) }));
  }

  it('of a packet on an idle link is now: its time stays its own', () => {
    expect(depart(idle)).toEqual([{ drop: 0, tstamp: 0n, tLast: second }]);
  });

  it('is a frame behind the last one: 1514 bytes at 100 Mbit/s are 121,120 ns', () => {
    expect(depart({ ...idle, tLast: second })).toEqual([
      { drop: 0, tstamp: second + 121_120n, tLast: second + 121_120n },
    ]);
  });

  it('gives way to a later time that TCP has paced the packet to', () => {
    const paced = second + 500_000n;
    expect(depart({ ...idle, tLast: second, tstamp: paced })).toEqual([{ drop: 0, tstamp: 0n, tLast: paced }]);
  });

  it('beyond the horizon is a drop that costs the next packet nothing', () => {
    const atHorizon = { ...idle, tLast: idle.now + idle.horizon - 121_120n };
    const [dropped, kept] = depart(atHorizon, { ...atHorizon, tLast: atHorizon.tLast - 1n });
    expect(dropped).toEqual({ drop: DropReason.EDT_HORIZON, tstamp: 0n, tLast: atHorizon.tLast });
    expect(kept).toMatchObject({ drop: 0, tstamp: idle.now + idle.horizon - 1n });
  });

  it('at 1 kbit/s is 12.112 s after the frame before, within the horizon of that rate', () => {
    const slow = { ...idle, rate: 1000n, tLast: second, horizon: BigInt(departureHorizonNs(1000)) };
    expect(depart(slow)).toEqual([{ drop: 0, tstamp: 13_112_000_000n, tLast: 13_112_000_000n }]);
    expect(depart({ ...slow, horizon: 2n * second })[0]!.drop).toBe(DropReason.EDT_HORIZON);
  });

  it('follows the formula from 1 kbit/s to 1 Pbit/s, from 1 byte to 512 KiB, and far into a machine’s life', () => {
    const questions = [1e3, 1e6, 1e8, 1e9, 1e11, 1e15].flatMap((rate) =>
      [1, 64, 1514, 65_536, 524_280].flatMap((wireLen) =>
        // Ten years of uptime.
        [0, 1, 315_360_000].flatMap((uptime) =>
          [-3_000_000_000, -1, 0, 1, 1_000_000, 1_999_999_999].flatMap((behind) =>
            [0, -1, 777_777].map((tstamp) => {
              const now = BigInt(uptime) * second + 4n * second;
              return {
                ...idle,
                rate: BigInt(rate),
                wireLen: BigInt(wireLen),
                horizon: BigInt(departureHorizonNs(rate)),
                now,
                tLast: now + BigInt(behind),
                tstamp: tstamp === 0 ? 0n : now + BigInt(tstamp),
              };
            }),
          ),
        ),
      ),
    );
    expect(depart(...questions)).toEqual(questions.map(formula));
  });

  it('of a thousand full frames, one behind the other, makes the rate the limit', () => {
    const before = Array.from({ length: 1000 }, (_, index) => second + BigInt(index) * 121_120n);
    const after = depart(...before.map((tLast) => ({ ...idle, tLast }))).map((answer) => answer.tLast);
    expect(after.slice(0, -1)).toEqual(before.slice(1));
    expect((1000 * 1514 * 8 * 1e9) / Number(after.at(-1)! - second)).toBe(100_000_000);
  });
});

describe('the horizon', () => {
  it('is two seconds where a 64 KiB buffer takes less than one', () => {
    expect(departureHorizonNs(100_000_000)).toBe(2e9);
    expect(departureHorizonNs(1_000_000)).toBe(2e9);
  });

  it('is the time of two 64 KiB buffers where they take longer', () => {
    expect(departureHorizonNs(1000)).toBe(1_048_576_000_000);
  });

  it('of fq is longer than that of EDT, and never shorter than the kernel’s own', () => {
    for (const rate of [1000, 100_000, 1_000_000, 1e11])
      expect(fqHorizonNs(rate)).toBeGreaterThan(departureHorizonNs(rate));
    expect(fqHorizonNs(1e9)).toBe(10e9);
  });
});
