/**
 * Jain's fairness index: (sum x)^2 / (n * sum x^2). 1 when all shares are equal, 1/n when one has everything.
 * Source: Jain, Chiu, Hawe, "A Quantitative Measure of Fairness and Discrimination", DEC-TR-301, 1984.
 *
 * @returns null for fewer than two shares, and when nobody got anything
 */
export function jainIndex(shares: readonly number[]): number | null {
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length < 2 || sum === 0) return null;
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return (sum * sum) / (shares.length * squares);
}
