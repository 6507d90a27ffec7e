/**
 * The partition between two versions: regions that differ in their old or in their new identity are kept apart.
 * A pair (old, new) borrows one of its two numbers where that number can mean nothing else meanwhile, else it gets a
 * temporary one.
 */
import { parseCidr } from '../address.ts';
import { LongestPrefixMap } from './identities.ts';
import { WORLD_IDENTITY } from './policy-entries.ts';
import type { CompiledPolicy, IdentityEntry } from './policy-entries.ts';

export interface Meeting {
  /** Old identity -> the transitional ones it is split into. An identity that is gone from the address map is missing. */
  readonly fromOld: ReadonlyMap<number, readonly number[]>;
  readonly fromNew: ReadonlyMap<number, readonly number[]>;
  /** Updates from the old address map to the transitional one, longest prefix first: each changes its own region only. */
  readonly refine: readonly IdentityEntry[];
  /** Updates from there to the new identities. */
  readonly settle: readonly IdentityEntry[];
  /** Prefixes that only repeat what is around them by then. */
  readonly forget: readonly string[];
}

export function meetIdentities(before: CompiledPolicy, after: CompiledPolicy): Meeting {
  const regions = commonRegions(before, after);
  const stage = transitionalNumbers(regions);
  const oldPrefixes = new Set(before.identities.map(({ prefix }) => prefix));
  const newPrefixes = new Set(after.identities.map(({ prefix }) => prefix));
  const fromOld = new Map<number, Set<number>>();
  const fromNew = new Map<number, Set<number>>();
  for (const region of regions) {
    add(fromOld, region.old, stage(region));
    add(fromNew, region.new, stage(region));
  }
  const written = regions.flatMap(({ prefix, ...pair }) => (prefix === null ? [] : [{ prefix, ...pair }]));
  return {
    fromOld: new Map([...fromOld].map(([identity, stages]) => [identity, [...stages]])),
    fromNew: new Map([...fromNew].map(([identity, stages]) => [identity, [...stages]])),
    refine: written
      .filter((region) => !oldPrefixes.has(region.prefix) || stage(region) !== region.old)
      .map((region) => ({ prefix: region.prefix, identity: stage(region) })),
    settle: written
      .filter((region) => stage(region) !== region.new)
      .map((region) => ({ prefix: region.prefix, identity: region.new })),
    forget: written.map(({ prefix }) => prefix).filter((prefix) => !newPrefixes.has(prefix)),
  };
}

interface Pair {
  readonly old: number;
  readonly new: number;
}

/** Every prefix of either version with its identity in each, longest first; the last one is the rest of the world. */
function commonRegions(before: CompiledPolicy, after: CompiledPolicy): ({ readonly prefix: string | null } & Pair)[] {
  const [old, fresh] = [LongestPrefixMap.of(before.identities), LongestPrefixMap.of(after.identities)];
  const prefixes = new Set([...before.identities, ...after.identities].map(({ prefix }) => prefix));
  const regions = [...prefixes].map((prefix) => {
    const { network, length } = parseCidr(prefix);
    return {
      prefix,
      length,
      old: old.lookup(network, length) ?? WORLD_IDENTITY,
      new: fresh.lookup(network, length) ?? WORLD_IDENTITY,
    };
  });
  regions.sort((a, b) => b.length - a.length);
  return [...regions, { prefix: null, old: WORLD_IDENTITY, new: WORLD_IDENTITY }];
}

/**
 * A pair keeps its number when old and new agree. Else it may use the old number when all of the old class goes this way
 * and the new version does not know the number, or the new number likewise.
 */
function transitionalNumbers(regions: readonly Pair[]): (pair: Pair) => number {
  const news = new Map<number, Set<number>>();
  const olds = new Map<number, Set<number>>();
  for (const pair of regions) {
    add(news, pair.old, pair.new);
    add(olds, pair.new, pair.old);
  }
  let next = regions.reduce((last, pair) => Math.max(last, pair.old, pair.new), WORLD_IDENTITY) + 1;
  const temporary = new Map<string, number>();
  return (pair) => {
    if (pair.old === pair.new) return pair.old;
    if (news.get(pair.old)?.size === 1 && !olds.has(pair.old)) return pair.old;
    if (olds.get(pair.new)?.size === 1 && !news.has(pair.new)) return pair.new;
    const key = `${pair.old} ${pair.new}`;
    const number = temporary.get(key) ?? next++;
    temporary.set(key, number);
    return number;
  };
}

function add(sets: Map<number, Set<number>>, key: number, value: number): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
