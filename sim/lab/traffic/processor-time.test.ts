import { expect, it } from 'vitest';
import { busyNs } from './processor-time.ts';

it('adds up what was not idle, and leaves out what waited', () => {
  const stat = 'cpu  100 20 30 4000 500 6 7 8 9 0\ncpu0 100 20 30 4000 500 6 7 8 9 0\nintr 1\n';
  expect(busyNs(() => stat)).toBe(1.63e9);
});

it('knows nothing where the kernel says nothing', () => {
  expect(busyNs(() => 'intr 1\n')).toBeNull();
});

it('reads this kernel’s own', () => {
  expect(busyNs()).toBeGreaterThan(0);
});
