import { describe, expect, it } from 'vitest';
import type { FlowPlan } from '../../plan/plan.ts';
import { shortfallOf } from './shortfall.ts';

const offering = (offeredBps: number | null, configuredBps: number | null = null): FlowPlan =>
  ({ offeredBps, configuredBps }) as FlowPlan;

describe('a sender that falls short of its rate', () => {
  it('is told of: 25 MB in 4 s are 50 of 200 Mbit/s', () => {
    expect(shortfallOf('iperf3', offering(200e6), 25e6, 4e9)).toContain('sent 50 Mbit/s of the 200 Mbit/s');
  });

  it('is as it should be where a limit of the lab stands in its way', () => {
    expect(shortfallOf('iperf3', offering(200e6, 50e6), 25e6, 4e9)).toBeNull();
  });

  it('has no rate to fall short of, when none was asked for', () => {
    expect(shortfallOf('iperf3', offering(null), 25e6, 4e9)).toBeNull();
  });
});
