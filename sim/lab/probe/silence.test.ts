import { describe, expect, it } from 'vitest';
import { Silence } from './patience.ts';
import { isLate } from './probes.ts';

const MS = 1e6;

describe('silence', () => {
  it('lasts as long as somebody listened, and begins anew with every answer', () => {
    let now = 0;
    const silence = new Silence({ now: () => now });
    for (now = 20 * MS; now <= 200 * MS; now += 20 * MS) silence.goesOn();
    expect(silence.ns).toBe(200 * MS);
    silence.broken();
    expect(silence.ns).toBe(0);
    now += 20 * MS;
    silence.goesOn();
    expect(silence.ns).toBeLessThanOrEqual(40 * MS);
  });

  it('is not the time in which the whole kernel stood still', () => {
    let now = 0;
    const silence = new Silence({ now: () => now });
    now = 700 * MS;
    silence.goesOn();
    expect(silence.ns).toBe(40 * MS);
  });
});

describe('an answer', () => {
  it('is late when it came to a later question; one that never came is a denial', () => {
    expect(isLate({ evidence: 'connected', askings: 1 })).toBe(false);
    expect(isLate({ evidence: 'connected', askings: 2 })).toBe(true);
    expect(isLate({ evidence: 'refused', askings: 3 })).toBe(true);
    expect(isLate({ evidence: 'timeout', askings: 3 })).toBe(false);
  });
});
