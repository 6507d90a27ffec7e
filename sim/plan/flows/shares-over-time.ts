/** What flows that begin together get until each has ended: when one ends, the others share what it leaves. */
import { fairShares, type Contender, type Share } from './fair-shares.ts';
import type { TimeSpan } from './mean-over-time.ts';

export interface Runner extends Contender {
  /** Bits on the wire that end it; infinity: time ends it. */
  readonly wireBits: number;
  /** Infinity: it takes the time that it takes. */
  readonly durationNs: number;
}

/** A time in which nothing ended; `toNs` infinity: nothing that is foretold ends it. */
export interface Stretch extends TimeSpan {
  readonly share: Share;
}

export interface Course {
  /** In order; at least one. */
  readonly stretches: readonly Stretch[];
  /** Whether all of its bits have passed at the end of the last; false where time ends it, and where nothing does. */
  readonly complete: boolean;
}

/** In the order of `runners`. */
export function sharesOverTime(runners: readonly Runner[]): readonly Course[] {
  const courses = runners.map(() => ({ stretches: [] as Stretch[], complete: false }));
  const leftBits = runners.map(({ wireBits }) => wireBits);
  let running = [...runners.keys()];
  let nowNs = 0;
  while (running.length > 0) {
    const shares = fairShares(running.flatMap((i) => runners[i] ?? []));
    const ends = running.map((i, k) => endOf(runners[i], leftBits[i] ?? 0, shares[k]?.bps ?? 0, nowNs));
    const toNs = Math.min(...ends.map(({ atNs }) => atNs));
    running.forEach((i, k) => {
      const share = shares[k] ?? { bps: 0, at: null };
      courses[i]?.stretches.push({ fromNs: nowNs, toNs, share });
      leftBits[i] = (leftBits[i] ?? 0) - (share.bps * (toNs - nowNs)) / 1e9;
    });
    if (toNs === Number.POSITIVE_INFINITY) break;
    running = running.filter((i, k) => {
      const end = ends[k];
      if (end === undefined || end.atNs > toNs) return true;
      const course = courses[i];
      if (course !== undefined) course.complete = end.complete;
      return false;
    });
    nowNs = toNs;
  }
  return courses;
}

/** Nothing is foretold of what nothing bounds: time alone ends it. */
function endOf(
  runner: Runner | undefined,
  leftBits: number,
  bps: number,
  nowNs: number,
): { readonly atNs: number; readonly complete: boolean } {
  const timeNs = runner?.durationNs ?? nowNs;
  const bitsNs =
    bps > 0 && Number.isFinite(bps) ? nowNs + (Math.max(0, leftBits) * 1e9) / bps : Number.POSITIVE_INFINITY;
  return bitsNs <= timeNs && bitsNs < Number.POSITIVE_INFINITY
    ? { atNs: bitsNs, complete: true }
    : { atNs: timeNs, complete: false };
}
