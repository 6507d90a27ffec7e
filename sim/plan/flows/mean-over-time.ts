/** Rates that stood one after another, and what they come to over a time. */

/** Nanoseconds. `toNs` infinity: without an end that is known. */
export interface TimeSpan {
  readonly fromNs: number;
  readonly toNs: number;
}

/** Nanoseconds that both have. */
export function overlapNs(a: TimeSpan, b: TimeSpan): number {
  return Math.max(0, Math.min(a.toNs, b.toNs) - Math.max(a.fromNs, b.fromNs));
}

/** NaN where none of them stood in that time. */
export function meanOverTime(rates: readonly (TimeSpan & { readonly bps: number })[], time: TimeSpan): number {
  let sum = 0;
  let totalNs = 0;
  for (const { bps, ...span } of rates) {
    const ns = overlapNs(span, time);
    // A rate that nothing bounds is no number over no time.
    if (ns === 0) continue;
    sum += bps * ns;
    totalNs += ns;
  }
  return sum / totalNs;
}
