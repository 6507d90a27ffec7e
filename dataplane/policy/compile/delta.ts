/**
 * The way from one compiled policy to another, one map operation after the other, while packets flow.
 *
 * What one hook says of a packet is at every moment what the old or the new policy says of it: what both allow is never
 * dropped and what both deny never passes, in between. It rests on entries that only allow, and on three stages:
 *
 * 1. Identities move to a partition as fine as both versions need, every region still treated as the *old* policy does:
 *    the entries of its old identity are copied to the transitional one before any address is given it.
 * 2. Rules change under that partition. A set whose endpoints all stay is changed in place, additions first; an endpoint
 *    that changes its set does so by one update, into a set that is complete.
 * 3. Identities move to the new partition, every region treated as the *new* policy does; then the rest is deleted.
 *
 * A `barrier` stands where programs that read a map before the last update must have finished (an RCU grace period)
 * before the next operation.
 */
import { entriesBySet } from './compile-memo.ts';
import { meetIdentities } from './meet-identities.ts';
import type { Meeting } from './meet-identities.ts';
import type { Direction } from '../network-policy.ts';
import { ANY_IDENTITY } from './policy-entries.ts';
import type { CompiledPolicy, IdentityEntry, PolicyEntry, PolicySet } from './policy-entries.ts';
import { endpointStates, entryKey, portKey } from './map-operations.ts';
import type { EndpointState, PolicyMapOperation } from './map-operations.ts';

/**
 * Operations that take maps holding `before` to `after`, in the order they must be made. Any two compiled policies will
 * do; few operations are needed where `after` was compiled with `before` as its previous version.
 */
export function policyDelta(before: CompiledPolicy, after: CompiledPolicy): PolicyMapOperation[] {
  const meeting = meetIdentities(before, after);
  const { was, becomes } = withoutUntouchedSets(before, after, meeting);
  const live = new LiveEntries(was);
  const old = carry(was, meeting.fromOld);
  const middle = carry(becomes, meeting.fromNew);
  const change = changeOfSets(before, after, old, middle);
  const detour = [...change.detours].flatMap(([set, temporary]) =>
    (change.bySet.get(set) ?? []).map((entry) => ({ ...entry, policySet: temporary })),
  );
  const inPlace = middle.filter((entry) => change.changed.has(entry.policySet));
  const built = middle.filter((entry) => !change.changed.has(entry.policySet));
  return tidy([
    ...live.put(old),
    ...meeting.refine.map(putIdentity),
    { do: 'barrier' },
    ...live.put([...built, ...detour]),
    ...change.moves,
    ...live.put(inPlace),
    ...change.isolations,
    { do: 'barrier' },
    ...live.keep([...middle, ...detour]),
    ...change.arrivals,
    ...(change.detours.size === 0 ? [] : [{ do: 'barrier' as const }]),
    ...live.put(becomes),
    ...meeting.settle.map(putIdentity),
    ...meeting.forget.map((prefix) => ({ do: 'delete-identity' as const, prefix })),
    ...change.departures,
    { do: 'barrier' },
    ...live.keep(becomes),
  ]);
}

/**
 * The entries of both versions but for sets that stay as they are, identities and all: most sets in most changes, so
 * that the cost of a change is that of what it touches.
 */
function withoutUntouchedSets(
  before: CompiledPolicy,
  after: CompiledPolicy,
  { fromOld, fromNew }: Meeting,
): { readonly was: PolicyEntry[]; readonly becomes: PolicyEntry[] } {
  const stays = (identity: number): boolean =>
    [fromOld, fromNew].every((stages) => stages.get(identity)?.every((stage) => stage === identity) ?? true);
  const moving = new Set([...fromOld.keys(), ...fromNew.keys()].filter((identity) => !stays(identity)));
  const old = entriesBySet(before);
  const fresh = entriesBySet(after);
  const isolation = new Map(before.sets.map((set) => [set.policySet, set.isolatedBy]));
  const untouched = new Set<number>();
  for (const { policySet, isolatedBy } of after.sets) {
    const previous = isolation.get(policySet);
    if (previous === undefined || !sameDirections(previous, isolatedBy)) continue;
    const [was, becomes] = [old.get(policySet) ?? [], fresh.get(policySet) ?? []];
    const alike =
      was === becomes ||
      (was.length === becomes.length && was.every((entry, index) => sameEntry(entry, becomes[index])));
    const moves = moving.size > 0 && was.some((entry) => moving.has(entry.identity));
    if (alike && !moves) untouched.add(policySet);
  }
  const touched = (groups: ReadonlyMap<number, readonly PolicyEntry[]>): PolicyEntry[] =>
    [...groups].flatMap(([policySet, entries]) => (untouched.has(policySet) ? [] : entries));
  return { was: touched(old), becomes: touched(fresh) };
}

function sameEntry(a: PolicyEntry, b: PolicyEntry | undefined): boolean {
  return (
    b !== undefined &&
    a.identity === b.identity &&
    a.direction === b.direction &&
    a.ruleId === b.ruleId &&
    portKey(a) === portKey(b)
  );
}

/** The entries in the kernel's map as the operations go on. */
class LiveEntries {
  private readonly entries: Map<string, PolicyEntry>;

  constructor(entries: readonly PolicyEntry[]) {
    this.entries = new Map(entries.map((entry) => [entryKey(entry), entry]));
  }

  /** Adds what is missing, and gives what is there the rule it now stands for. */
  put(wanted: readonly PolicyEntry[]): PolicyMapOperation[] {
    return wanted.flatMap((entry) => {
      const key = entryKey(entry);
      if (this.entries.get(key)?.ruleId === entry.ruleId) return [];
      this.entries.set(key, entry);
      return [{ do: 'put-entry', entry }];
    });
  }

  /** Deletes everything else. */
  keep(wanted: readonly PolicyEntry[]): PolicyMapOperation[] {
    const keys = new Set(wanted.map(entryKey));
    return [...this.entries].flatMap(([key, entry]) => {
      if (keys.has(key)) return [];
      this.entries.delete(key);
      return [{ do: 'delete-entry', entry }];
    });
  }
}

/** Entries with each identity replaced by the transitional ones that stand for it. */
function carry(entries: readonly PolicyEntry[], stages: Meeting['fromOld']): PolicyEntry[] {
  return entries.flatMap((entry) => {
    if (entry.identity === ANY_IDENTITY) return [entry];
    return (stages.get(entry.identity) ?? []).map((identity) =>
      identity === entry.identity ? entry : { ...entry, identity },
    );
  });
}

interface SetChange {
  /** Sets of both versions whose meaning changes. */
  readonly changed: ReadonlySet<number>;
  /** Changed set -> temporary twin, complete at once, for endpoints that come into it. */
  readonly detours: ReadonlyMap<number, number>;
  readonly bySet: ReadonlyMap<number, readonly PolicyEntry[]>;
  readonly moves: readonly PolicyMapOperation[];
  readonly isolations: readonly PolicyMapOperation[];
  readonly arrivals: readonly PolicyMapOperation[];
  readonly departures: readonly PolicyMapOperation[];
}

function changeOfSets(
  before: CompiledPolicy,
  after: CompiledPolicy,
  old: readonly PolicyEntry[],
  middle: readonly PolicyEntry[],
): SetChange {
  const was = endpointStates(before);
  const becomes = endpointStates(after);
  const bySet = groupBySet(middle);
  const changed = setsThatChange(before, after, groupBySet(old), bySet);
  const detours = new Map<number, number>();
  let next = [...before.sets, ...after.sets].reduce((last, set) => Math.max(last, set.policySet), 0) + 1;
  const moves: PolicyMapOperation[] = [];
  const isolations: PolicyMapOperation[] = [];
  const arrivals: PolicyMapOperation[] = [];
  for (const [endpointId, state] of becomes) {
    const put = { do: 'put-endpoint', endpointId, ...state } as const;
    const previous = was.get(endpointId);
    if (previous === undefined) {
      arrivals.push(put);
    } else if (previous.policySet === state.policySet) {
      if (!sameIsolation(previous, state)) isolations.push(put);
    } else if (changed.has(state.policySet)) {
      const policySet = detours.get(state.policySet) ?? next++;
      detours.set(state.policySet, policySet);
      moves.push({ ...put, policySet });
      arrivals.push(put);
    } else {
      moves.push(put);
    }
  }
  const departures = [...was.keys()]
    .filter((endpointId) => !becomes.has(endpointId))
    .map((endpointId) => ({ do: 'delete-endpoint', endpointId }) as const);
  return { changed, detours, bySet, moves, isolations, arrivals, departures };
}

function setsThatChange(
  before: CompiledPolicy,
  after: CompiledPolicy,
  old: ReadonlyMap<number, readonly PolicyEntry[]>,
  middle: ReadonlyMap<number, readonly PolicyEntry[]>,
): Set<number> {
  const isolation = new Map(before.sets.map((set) => [set.policySet, set.isolatedBy]));
  const changed = new Set<number>();
  for (const { policySet, isolatedBy } of after.sets) {
    const previous = isolation.get(policySet);
    if (previous === undefined) continue;
    const alike = sameDirections(previous, isolatedBy);
    const keys = new Set((old.get(policySet) ?? []).map(entryKey));
    const wanted = middle.get(policySet) ?? [];
    if (!alike || keys.size !== wanted.length || !wanted.every((entry) => keys.has(entryKey(entry)))) {
      changed.add(policySet);
    }
  }
  return changed;
}

function groupBySet(entries: readonly PolicyEntry[]): Map<number, PolicyEntry[]> {
  const groups = new Map<number, PolicyEntry[]>();
  for (const entry of entries) {
    const group = groups.get(entry.policySet);
    if (group === undefined) groups.set(entry.policySet, [entry]);
    else group.push(entry);
  }
  return groups;
}

/** Whether both are isolated in the same directions, by whatever policies. */
function sameDirections(a: PolicySet['isolatedBy'], b: PolicySet['isolatedBy']): boolean {
  const directions: readonly Direction[] = ['ingress', 'egress'];
  return directions.every((side) => a[side].length > 0 === b[side].length > 0);
}

function sameIsolation(a: EndpointState, b: EndpointState): boolean {
  return a.isolated.ingress === b.isolated.ingress && a.isolated.egress === b.isolated.egress;
}

function putIdentity(entry: IdentityEntry): PolicyMapOperation {
  return { do: 'put-identity', ...entry };
}

/** A barrier with nothing to wait for, or nothing to wait with, costs time for nothing. */
function tidy(operations: readonly PolicyMapOperation[]): PolicyMapOperation[] {
  const kept: PolicyMapOperation[] = [];
  for (const operation of operations) {
    if (operation.do === 'barrier' && (kept.length === 0 || kept.at(-1)?.do === 'barrier')) continue;
    kept.push(operation);
  }
  if (kept.at(-1)?.do === 'barrier') kept.pop();
  return kept;
}
