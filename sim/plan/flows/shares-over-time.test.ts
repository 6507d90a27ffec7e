import { expect, it } from 'vitest';
import { sharesOverTime, type Runner } from './shares-over-time.ts';

const LIMIT = [{ at: 'egress of a', bps: 10e6 }];

function runner(parts: Partial<Runner>): Runner {
  return { limits: LIMIT, wantedBps: Infinity, streams: 1, wireBits: Infinity, durationNs: Infinity, ...parts };
}

const shown = (runners: readonly Runner[]) =>
  sharesOverTime(runners).map(({ stretches, complete }) => [
    ...stretches.map(({ fromNs, toNs, share }) => [fromNs / 1e9, toNs / 1e9, share.bps / 1e6]),
    complete,
  ]);

it('takes bits over the limit', () => {
  expect(shown([runner({ wireBits: 20e6 })])).toEqual([[[0, 2, 10], true]]);
});

it('gives to the others what one leaves that has ended', () => {
  expect(shown([runner({ wireBits: 5e6 }), runner({ wireBits: 20e6 }), runner({ durationNs: 4e9 })])).toEqual([
    [[0, 1.5, 10 / 3], true],
    [[0, 1.5, 10 / 3], [1.5, 4, 5], [4, 4.25, 10], true],
    [[0, 1.5, 10 / 3], [1.5, 4, 5], false],
  ]);
});

it('ends by its time what is not through by then', () => {
  expect(shown([runner({ wireBits: 20e6, durationNs: 1e9 })])).toEqual([[[0, 1, 10], false]]);
});

it('foretells no end of what nothing limits', () => {
  expect(shown([runner({ limits: [], wireBits: 8e6 })])).toEqual([[[0, Infinity, Infinity], false]]);
});
