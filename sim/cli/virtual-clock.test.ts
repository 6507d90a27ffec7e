import { expect, test } from 'vitest';
import { refuseSeed, refuseWhatNeedsAnEar } from './virtual-clock.ts';

test('a seed is of a virtual clock', () => {
  expect(() => refuseSeed('real', { seed: 7 })).toThrow(
    expect.objectContaining({ diagnostics: [expect.objectContaining({ code: 'E524' })] }),
  );
  expect(() => refuseSeed('real', { seed: null })).not.toThrow();
  expect(() => refuseSeed('virtual', { seed: 7 })).not.toThrow();
});

test('a lab is held on the real clock', () => {
  expect(() => refuseWhatNeedsAnEar('virtual', { hold: true })).toThrow(
    expect.objectContaining({ diagnostics: [expect.objectContaining({ code: 'E518' })] }),
  );
  expect(() => refuseWhatNeedsAnEar('real', { hold: true })).not.toThrow();
});
