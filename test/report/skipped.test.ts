import { expect, it } from 'vitest';
import { reasonIn, skipped } from './skipped.ts';

it('finds in a title the reason that was put there, brackets and all', () => {
  const title = `the dataplane${skipped('needs [CAP_BPF] here')} > loads`;
  expect(reasonIn(title)).toBe('needs [CAP_BPF] here');
});

it('finds none where nothing is skipped', () => {
  expect(reasonIn(`the dataplane${skipped(null)} > loads`)).toBeNull();
  expect(reasonIn('a title that breaks off [skipped: for')).toBeNull();
});
