/**
 * What flows that run at once get of the limits on their way: max-min fairness by progressive filling (Bertsekas and Gallager, Data
 * Networks, 6.5.2), a stream being the unit that is treated fairly.
 */
export interface SharedLimit {
  /** Names the place: flows with one of the same name share it. */
  readonly at: string;
  readonly bps: number;
}

export interface Contender {
  readonly limits: readonly SharedLimit[];
  /** Bits per second on the wire that it wants; infinity: as fast as it goes. */
  readonly wantedBps: number;
  readonly streams: number;
}

export interface Share {
  /** Bits per second on the wire; infinity where nothing bounds it. */
  readonly bps: number;
  /** What bounds it; null: what it wants, or nothing. */
  readonly at: string | null;
}

/** In the order of `contenders`. */
export function fairShares(contenders: readonly Contender[]): readonly Share[] {
  const shares = contenders.map((): Share | null => null);
  const capacity = new Map(contenders.flatMap(({ limits }) => limits.map(({ at, bps }) => [at, bps] as const)));
  const passes = (contender: Contender, at: string): boolean => contender.limits.some((limit) => limit.at === at);
  while (shares.includes(null)) {
    const growing = contenders.filter((_, i) => shares[i] === null);
    // The rate of a stream at which the first of all bounds is reached.
    let level = Math.min(...growing.map(({ wantedBps, streams }) => wantedBps / streams));
    let full: string | null = null;
    for (const [at, bps] of capacity) {
      const here = growing.filter((contender) => passes(contender, at));
      if (here.length === 0) continue;
      const taken = contenders.reduce((sum, one, i) => sum + (passes(one, at) ? (shares[i]?.bps ?? 0) : 0), 0);
      const each = Math.max(0, bps - taken) / here.reduce((sum, { streams }) => sum + streams, 0);
      if (each >= level) continue;
      level = each;
      full = at;
    }
    contenders.forEach((contender, i) => {
      if (shares[i] !== null) return;
      const satisfied = contender.wantedBps / contender.streams <= level;
      if (full !== null && passes(contender, full)) shares[i] = { bps: level * contender.streams, at: full };
      else if (satisfied) shares[i] = { bps: contender.wantedBps, at: null };
    });
  }
  return shares.map((share) => share ?? { bps: 0, at: null });
}
