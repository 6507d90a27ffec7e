/**
 * What flows that run at once get of the limits on their way: max-min fairness by progressive filling (Bertsekas and Gallager, Data
 * Networks, 6.5.2), a stream being the unit that is treated fairly.
 */
export interface SharedLimit {
  /** Names the place: flows with one of the same name share it. */
  readonly at: string;
  readonly bps: number;
  /** Bits of it that one bit of the contender's takes; left out: 1. */
  readonly takes?: number;
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

/** A limit, and what the flows that pass it come to. */
interface Place {
  readonly bps: number;
  /** By index, of all contenders that pass it. */
  readonly members: number[];
  /** Of those that still grow, each as many as a bit of it takes. */
  streams: number;
  growing: number;
  /** What the others have of it. */
  takenBps: number;
}

/** In the order of `contenders`. */
export function fairShares(contenders: readonly Contender[]): readonly Share[] {
  const places = placesOf(contenders);
  const shares: (Share | undefined)[] = contenders.map(() => undefined);
  const settle = (i: number, share: Share): void => {
    shares[i] = share;
    for (const { at, takes = 1 } of contenders[i]?.limits ?? []) {
      const place = places.get(at);
      if (place === undefined) continue;
      place.growing -= 1;
      place.streams -= takes * (contenders[i]?.streams ?? 0);
      place.takenBps += takes * share.bps;
    }
  };
  let growing = [...contenders.entries()];
  while (growing.length > 0) {
    const levels = [...places].flatMap(([at, place]) =>
      place.growing === 0 ? [] : [{ at, place, level: Math.max(0, place.bps - place.takenBps) / place.streams }],
    );
    // The rate of a stream at which the first of all bounds is reached.
    const level = Math.min(...levels.map((one) => one.level), ...growing.map(([, one]) => one.wantedBps / one.streams));
    for (const [i, { wantedBps, streams }] of growing)
      if (wantedBps / streams <= level) settle(i, { bps: wantedBps, at: null });
    for (const { at, place } of levels.filter((one) => one.level <= level))
      for (const i of place.members)
        if (shares[i] === undefined) settle(i, { bps: level * (contenders[i]?.streams ?? 0), at });
    growing = growing.filter(([i]) => shares[i] === undefined);
  }
  return shares.map((share) => share ?? { bps: 0, at: null });
}

/** By name, in the order in which they are met. */
function placesOf(contenders: readonly Contender[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [i, { limits, streams }] of contenders.entries()) {
    for (const { at, bps, takes = 1 } of limits) {
      const place = places.get(at) ?? { bps, members: [], streams: 0, growing: 0, takenBps: 0 };
      places.set(at, place);
      place.members.push(i);
      place.growing += 1;
      place.streams += takes * streams;
    }
  }
  return places;
}
