import { expect, test } from 'vitest';
import { kernelMeant } from './kernel-meant.ts';

const KNOWN = [
  'auto',
  'host',
  'uml',
  'debian:5.10',
  'debian:6.1',
  'debian:6.1-rt',
  'debian:6.12',
  'debian:6.12-rt',
  'debian:7.2',
  'uml:5.10',
];

test.each([
  ['debian:9.9', 'debian:7.2'],
  ['debian:6.13', 'debian:6.12'],
  ['debian:6.2', 'debian:6.1'],
  ['debian:6.6', 'debian:6.1'],
  ['debian:6.8', 'debian:6.12'],
  ['debian:5.15', 'debian:5.10'],
  ['debian:4.19', 'debian:5.10'],
  ['debian:6', 'debian:6.1'],
  ['debian:7', 'debian:7.2'],
  ['debian:6.12.3', 'debian:6.12'],
  ['debian:5.10-rt', 'debian:6.1-rt'],
  ['uml:6.1', 'uml:5.10'],
  ['debain:6.12', 'debian:6.12'],
  ['umll', 'uml'],
])('%s is nearest to %s', (name, meant) => {
  expect(kernelMeant(name, KNOWN)).toBe(`did you mean \`${meant}\`?`);
});

test('what is like none is like none', () => {
  expect(kernelMeant('windows', KNOWN)).toBeUndefined();
});
