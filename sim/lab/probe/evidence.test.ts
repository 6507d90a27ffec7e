import { expect, it } from 'vitest';
import { evidenceOf, measuredBy } from './evidence.ts';

it('takes silence and no way there for a denial, and any answer at all for a packet that arrived', () => {
  expect((['connected', 'answered', 'refused'] as const).map(measuredBy)).toEqual(['allowed', 'allowed', 'allowed']);
  expect((['timeout', 'unreachable'] as const).map(measuredBy)).toEqual(['denied', 'denied']);
});

it('knows nothing of a connection that is still being made', () => {
  expect(evidenceOf('pending')).toBeNull();
});

it('reads a reset as a refusal: somebody sent it', () => {
  expect(evidenceOf('reset')).toBe('refused');
});
