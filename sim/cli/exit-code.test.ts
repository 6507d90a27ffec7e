import { expect, it } from 'vitest';
import { exitCodeOfVerdict, worst } from './exit-code.ts';

it.each([
  ['pass', false, 0],
  ['pass', true, 0],
  ['fail', true, 1],
  ['error', true, 1],
  ['unjudged', false, 4],
  ['unjudged', true, 0],
] as const)('%s, unmeasured allowed %s: exit code %i', (verdict, allowed, code) => {
  expect(exitCodeOfVerdict(verdict, allowed)).toBe(code);
});

it('is the worst of several runs', () => {
  expect(worst([0, 4, 1, 0])).toBe(1);
  expect(worst([0, 4])).toBe(4);
  expect(worst([])).toBe(0);
});
