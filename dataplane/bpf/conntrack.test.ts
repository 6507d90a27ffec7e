import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileDriver, type Driver } from './testdata/driver.ts';

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;
const TCP = 6;
const UDP = 17;

describe('a connection lives', () => {
  let driver: Driver;
  beforeAll(() => {
    driver = compileDriver();
  });
  afterAll(() => driver[Symbol.dispose]());

  /** Seconds of life after each packet; `f` goes the way of the first, `r` is a reply. */
  function lifetimes(protocol: number, ...packets: readonly (readonly ['f' | 'r', number])[]): number[] {
    const words = packets.map(([way, flags], index) => `${way}${flags}@${1000 + index}`);
    return driver.ask([`connection ${protocol} ${words.join(' ')}`])[0]!.map(Number);
  }

  it('60 s while its SYN is unanswered', () => {
    expect(lifetimes(TCP, ['f', SYN], ['f', SYN])).toEqual([60, 60]);
  });

  it('8000 s once TCP has been answered', () => {
    expect(lifetimes(TCP, ['f', SYN], ['r', SYN | ACK], ['f', ACK])).toEqual([60, 8000, 8000]);
  });

  it('8000 s still when one side has finished, 10 s when both have', () => {
    const opened = [['f', SYN] as const, ['r', SYN | ACK] as const];
    expect(lifetimes(TCP, ...opened, ['f', FIN | ACK], ['r', ACK], ['r', FIN | ACK]).slice(2)).toEqual([
      8000, 8000, 10,
    ]);
  });

  it('10 s after a reset from either side', () => {
    expect(lifetimes(TCP, ['f', SYN], ['r', RST])).toEqual([60, 10]);
    expect(lifetimes(TCP, ['f', SYN], ['r', SYN | ACK], ['f', RST])).toEqual([60, 8000, 10]);
  });

  it('anew when the same ports are used again', () => {
    expect(lifetimes(TCP, ['f', SYN], ['r', RST], ['f', SYN], ['r', SYN | ACK])).toEqual([60, 10, 60, 8000]);
  });

  it('60 s after each packet of any other protocol', () => {
    expect(lifetimes(UDP, ['f', 0], ['r', 0])).toEqual([60, 60]);
  });
});
