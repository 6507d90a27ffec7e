import { sum } from '../../plan/flows/sum.ts';

/**
 * Jain's fairness index: (sum x)^2 / (n * sum x^2). 1 when all shares are equal, 1/n when one has everything.
 * Source: Jain, Chiu, Hawe, "A Quantitative Measure of Fairness and Discrimination", DEC-TR-301, 1984.
 *
 * @returns null for fewer than two shares, and when nobody got anything
 */
export function jainIndex(shares: readonly number[]): number | null {
  const total = sum(shares);
  if (shares.length < 2 || total === 0) return null;
  return (total * total) / (shares.length * sum(shares.map((share) => share * share)));
}
