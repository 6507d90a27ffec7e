import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance, nearest } from './nearest.ts';

describe('did you mean', () => {
  test.each([
    ['replcias', ['replicas', 'selector'], 'replicas'],
    ['podselector', ['podSelector', 'policyTypes'], 'podSelector'],
    ['kube-system/ipvlan', ['kube-system/ipvlan-conf', 'default/other'], 'kube-system/ipvlan-conf'],
    ['Ingres', ['Egress', 'Ingress'], 'Ingress'],
  ])('%s -> the word that was meant', (word, candidates, meant) => {
    expect(nearest(word, candidates)).toBe(meant);
  });

  test('nothing is suggested when nothing is near', () => {
    expect(nearest('volumes', ['ports', 'image'])).toBeNull();
    expect(didYouMean('x', [])).toBeUndefined();
  });

  test('two neighbours swapped are one mistake', () => {
    expect(editDistance('ingerss', 'ingress')).toBe(1);
  });

  test('the distance is symmetric and zero only for equal words', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  test('up to a bound it is the same, and above it infinite', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, fc.nat(6), (a, b, most) => {
        const distance = editDistance(a, b);
        expect(editDistance(a, b, most)).toBe(distance > most ? Number.POSITIVE_INFINITY : distance);
      }),
    );
  });
});
