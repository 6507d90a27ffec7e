import { expect, it } from 'vitest';
import { fairShares, type Contender } from './fair-shares.ts';

const flow = (limits: Readonly<Record<string, number>>, wantedBps = Infinity, streams = 1): Contender => ({
  limits: Object.entries(limits).map(([at, bps]) => ({ at, bps })),
  wantedBps,
  streams,
});

it('gives two flows behind one limit half of it each', () => {
  const shares = fairShares([flow({ 'egress a': 50e6 }), flow({ 'egress a': 50e6 })]);
  expect(shares).toEqual([
    { bps: 25e6, at: 'egress a' },
    { bps: 25e6, at: 'egress a' },
  ]);
});

it('gives what one does not want to the others', () => {
  const shares = fairShares([flow({ a: 50e6 }, 10e6), flow({ a: 50e6 })]);
  expect(shares).toEqual([
    { bps: 10e6, at: null },
    { bps: 40e6, at: 'a' },
  ]);
});

it('finds the wire where limits of pods are more than it has', () => {
  const shares = fairShares([flow({ a80: 80e6, wire: 60e6 }), flow({ a20: 20e6, wire: 60e6 })]);
  expect(shares).toEqual([
    { bps: 40e6, at: 'wire' },
    { bps: 20e6, at: 'a20' },
  ]);
});

it('treats streams alike, not flows', () => {
  expect(fairShares([flow({ a: 50e6 }, Infinity, 4), flow({ a: 50e6 })]).map(({ bps }) => bps)).toEqual([40e6, 10e6]);
});

it('ends where nothing bounds a flow', () => {
  expect(fairShares([flow({}), flow({}, 5e6)])).toEqual([
    { bps: Infinity, at: null },
    { bps: 5e6, at: null },
  ]);
});

it('fills a wire that counts more of a flow than its limit does', () => {
  const limits = [
    { at: 'a', bps: 50e6 },
    { at: 'wire', bps: 60e6, takes: 1.5 },
  ];
  const both = [limits, [{ at: 'wire', bps: 60e6, takes: 1 }]].map((one) => ({
    limits: one,
    wantedBps: Infinity,
    streams: 1,
  }));
  // 1.5 x and x are 60.
  expect(fairShares(both)).toEqual([
    { bps: 24e6, at: 'wire' },
    { bps: 24e6, at: 'wire' },
  ]);
  expect(fairShares(both.slice(0, 1))).toEqual([{ bps: 40e6, at: 'wire' }]);
});
