/**
 * The nearest-rank percentile: the smallest value that at least `percent` of the values do not exceed. It is always a
 * value that was seen, and needs no rule for interpolation.
 *
 * @param percent in (0, 100]
 * @returns null without values
 */
export function percentile(values: readonly number[], percent: number): number | null {
  if (!(percent > 0 && percent <= 100)) throw new RangeError(`percentile ${percent} is not in (0, 100]`);
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? null;
}
