import { expect, test } from 'vitest';
import { Patience } from './patience.ts';

/** At which milliseconds of silence all are asked again, until `endMs`. */
function askedAt(patience: Patience, beginMs: number, endMs: number): number[] {
  const asked: number[] = [];
  for (let ms = beginMs; ms < endMs; ms += 1) if (patience.asksAgain(ms * 1e6)) asked.push(ms);
  return asked;
}

test('whoever is silent is asked three times in a time-out, and who is allowed to answer is asked on for four', () => {
  const patience = new Patience(300e6);
  expect(askedAt(patience, 0, 300)).toEqual([100, 200]);
  expect([patience.leftNs(299e6), patience.leftNs(301e6), patience.isSpent]).toEqual([1e6, 0, false]);
  patience.goOn();
  expect(askedAt(patience, 300, 1300)).toEqual([300, 400, 500, 600, 700, 800, 900, 1000, 1100]);
  expect([patience.askings, patience.leftNs(1300e6), patience.isSpent]).toEqual([12, 0, true]);
});

test('an answer begins the silence anew, and nobody is asked more often for that', () => {
  const patience = new Patience(300e6);
  expect(askedAt(patience, 0, 150)).toEqual([100]);
  expect(askedAt(patience, 0, 300)).toEqual([200]);
});
