import { expect, it } from 'vitest';
import { smallestLimit, withPodLimits } from './way-limits.ts';

const wire = { at: 'wire to node:b/ens192', by: 'underlay', bps: 10e6 } as const;
const ends = { from: 'default/a', to: 'default/b' };

it('is the smallest of those on the way, whichever changes', () => {
  expect(smallestLimit(withPodLimits({ ...ends, limits: [wire] }, 20e6, null))).toEqual(wire);
  expect(smallestLimit(withPodLimits({ ...ends, limits: [wire] }, 20e6, 5e6))).toMatchObject({
    at: 'ingress of default/b',
    bps: 5e6,
  });
  expect(smallestLimit(withPodLimits(ends, null, null))).toBeNull();
});

it('has nothing of a wire that the flow does not cross', () => {
  // Two pods of one node, their wire 10M: a limit of 20M that becomes 50M is 50M, not 10M.
  const before = withPodLimits(ends, 20e6, null);
  expect(smallestLimit(withPodLimits({ ...ends, limits: before }, 50e6, null))?.bps).toBe(50e6);
});
