import { describe, expect, it } from 'vitest';
import { explanation, isSaturated, machineUse, type Missed } from './starvation.ts';

const machine = (wallS: number, ranS: number, waitedS: number, stolenPct = 0) =>
  machineUse({
    type: 'machine',
    t: 1,
    step: 0,
    wallNs: wallS * 1e9,
    ranNs: ranS * 1e9,
    waitedNs: waitedS * 1e9,
    stolenPct,
  });

describe('what was taken from a kernel', () => {
  it('is what it waited, and the stolen part of what it ran', () => {
    expect(machine(10, 4, 3).takenPct).toBe(30);
    expect(machine(10, 5, 0, 40).takenPct).toBe(20);
    expect(machine(10, 8, 14).takenPct).toBe(100);
    expect(machine(0, 0, 0).takenPct).toBe(0);
  });
});

describe('how busy it was', () => {
  it('is what it ran of the time in which a processor was there for it', () => {
    expect(machine(10, 4, 2).busyPct).toBe(50);
    expect(machine(10, 9, 0.5).busyPct).toBeCloseTo(94.7, 1);
    expect(machine(10, 8, 14).busyPct).toBe(100);
    expect(machine(0, 0, 0).busyPct).toBe(0);
  });

  it('a kernel that is never idle has no more to give', () => {
    expect(isSaturated(machine(10, 9.9, 0))).toBe(true);
    expect(isSaturated(machine(10, 9.6, 0))).toBe(false);
  });
});

describe('what explains it', () => {
  const explains = (takenPct: number, missed: Missed, busyPct = 50) =>
    explanation({ takenPct, busyPct }, missed) !== null;
  const rate = (pct: number): Missed => ({ kind: 'rate', pct });

  it('is nothing on a quiet machine', () => {
    expect(explains(0, rate(0.1))).toBe(false);
    expect(explains(1, rate(5))).toBe(false);
    expect(explains(9.9, { kind: 'single' })).toBe(false);
  });

  it('of a rate, as seen: a demo at -4.13 % of whose time short work beside it took 8.5 %', () => {
    expect(explains(8.5, rate(4.13))).toBe(true);
  });

  it('is as much as was taken, three times over, and no more', () => {
    expect(explains(12, rate(20))).toBe(true);
    expect(explains(12, rate(50))).toBe(false);
    expect(explains(60, rate(90))).toBe(true);
  });

  it('is one delay where few samples make the number, and half of the time where a median does', () => {
    expect(explains(12, { kind: 'single' })).toBe(true);
    expect(explains(12, { kind: 'median' })).toBe(false);
    expect(explains(17, { kind: 'median' })).toBe(true);
  });

  it('is a kernel that was never idle, for rates alone', () => {
    expect(explanation({ takenPct: 3, busyPct: 99.4 }, rate(40))).toContain('busy for 99 % of the time that it had');
    expect(explains(3, { kind: 'single' }, 99)).toBe(false);
    expect(explains(3, { kind: 'median' }, 99)).toBe(false);
  });
});
