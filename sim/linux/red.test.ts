import { expect, it } from 'vitest';
import { redParameters } from './red.ts';

it('reckons what the kernel does not', () => {
  const red = redParameters({ limitBytes: 262_144, packetBytes: 1500, rateBps: 10e6 });
  // A burst of 25 packets out of an empty queue comes to an average of 14.6 of them or less.
  expect(red).toMatchObject({ minBytes: 21_845, maxBytes: 65_536, weightLog: 4 });
  // 43691 bytes between the thresholds, over 2^22: odds of 0.0104 to 0.0208.
  expect(red.oddsLog).toBe(22);
  expect((red.maxBytes - red.minBytes) / 2 ** red.oddsLog).toBeGreaterThan(0.01);
  expect(red.idle).toHaveLength(256);
  expect([red.idle[0], red.idle[255]]).toEqual([0, 31]);
  expect(red.idle.every((shift, cell) => cell === 0 || shift >= (red.idle[cell - 1] ?? 0))).toBe(true);
});
