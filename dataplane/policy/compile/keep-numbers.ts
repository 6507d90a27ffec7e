/** Keeps numbers of classes stable from one version to the next, so that a small change rewrites little of the maps. */

/**
 * Numbers for new classes: each old number goes to at most one new class, the one that shares most members with it;
 * the rest get numbers that neither version used.
 * @param classes how many new classes there are
 * @param shared `[new class, old number]` of every member that both versions have
 * @param taken numbers that must not be given out afresh
 * @param first least number to give out
 */
export function keepNumbers(
  classes: number,
  shared: Iterable<readonly [number, number]>,
  taken: Iterable<number>,
  first: number,
): number[] {
  const counts = new Map<string, { fresh: number; old: number; count: number }>();
  for (const [fresh, old] of shared) {
    const key = `${fresh} ${old}`;
    const tally = counts.get(key);
    if (tally === undefined) counts.set(key, { fresh, old, count: 1 });
    else tally.count++;
  }
  const numbers = new Map<number, number>();
  const kept = new Set<number>();
  for (const { fresh, old } of [...counts.values()].sort(
    (a, b) => b.count - a.count || a.old - b.old || a.fresh - b.fresh,
  )) {
    if (numbers.has(fresh) || kept.has(old)) continue;
    numbers.set(fresh, old);
    kept.add(old);
  }
  let next = first;
  for (const number of taken) next = Math.max(next, number + 1);
  return Array.from({ length: classes }, (_, fresh) => numbers.get(fresh) ?? next++);
}
