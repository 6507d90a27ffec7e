import { describe, expect, it } from 'vitest';
import { explains, takenPct } from './starvation.ts';

const machine = (wallS: number, ranS: number, waitedS: number, stolenPct = 0) =>
  takenPct({
    ...{ type: 'machine', t: 1, step: 0, wallNs: wallS * 1e9, ranNs: ranS * 1e9, waitedNs: waitedS * 1e9, stolenPct },
  });

describe('what was taken from a kernel', () => {
  it('is what it waited, and the stolen part of what it ran', () => {
    expect(machine(10, 4, 3)).toBe(30);
    expect(machine(10, 5, 0, 40)).toBe(20);
    expect(machine(10, 8, 14)).toBe(100);
    expect(machine(0, 0, 0)).toBe(0);
  });
});

describe('what it explains', () => {
  it('is nothing on a quiet machine', () => {
    expect(explains(2, 5)).toBe(false);
    expect(explains(9.9, null)).toBe(false);
  });

  it('is as much as was taken, three times over, and no more', () => {
    expect(explains(12, 20)).toBe(true);
    expect(explains(12, 50)).toBe(false);
    expect(explains(60, 90)).toBe(true);
    expect(explains(30, null)).toBe(true);
  });
});
