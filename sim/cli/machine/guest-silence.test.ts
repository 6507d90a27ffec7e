import { expect, test } from 'vitest';
import { GuestSilence } from './guest-silence.ts';

/** A guest of one thread on a machine that gives it some of each second. */
function guest() {
  let [nowMs, ranNs, waitedNs] = [0, 0, 0];
  const silence = new GuestSilence({
    threads: () => [{ id: '1', ranNs, waitedNs }],
    nowMs: () => nowMs,
  });
  const second = (ranMs: number, waitedMs: number): number => {
    nowMs += 1000;
    ranNs += ranMs * 1e6;
    waitedNs += waitedMs * 1e6;
    return silence.look();
  };
  return { silence, second };
}

test('one that computes on a quiet machine is silent by the wall', () => {
  const { second } = guest();
  second(1000, 0);
  expect(second(1000, 0)).toBe(2000);
});

test('one that gets a fifth of a processor is silent for what it ran', () => {
  const { second } = guest();
  for (let i = 0; i < 120; i++) second(200, 800);
  expect(second(200, 800)).toBeCloseTo(121 * 200);
});

test('one that is stopped, or sleeps, wants no processor: the wall counts', () => {
  const { second } = guest();
  second(0, 0);
  expect(second(0, 0)).toBe(2000);
});

test('a word ends the silence, and of its second only the rest counts', () => {
  const { silence, second } = guest();
  second(1000, 0);
  silence.broken();
  expect(second(1000, 0)).toBe(1000);
});

test('where this machine does not count, the wall does', () => {
  let nowMs = 0;
  const silence = new GuestSilence({ threads: () => [], nowMs: () => nowMs });
  nowMs = 3000;
  expect(silence.look()).toBe(3000);
});
