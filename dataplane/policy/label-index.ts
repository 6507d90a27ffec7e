/**
 * Finds what a label selector selects without looking at every object: posting lists by `key=value` and by key,
 * the shortest of which is then checked in full.
 */
import type { LabelSelector } from './network-policy.ts';
import { selects } from './selector.ts';

type Labels = Readonly<Record<string, string>>;

export interface LabelIndex {
  /** Members whose labels the selector selects, in the order they were given. */
  select(selector: LabelSelector): number[];
}

/** An index over `members`, numbers of the caller's own, each with its labels. */
export function indexLabels(members: readonly number[], labelsOf: (member: number) => Labels): LabelIndex {
  const byKey = new Map<string, number[]>();
  const byPair = new Map<string, number[]>();
  for (const member of members) {
    for (const [key, value] of Object.entries(labelsOf(member))) {
      append(byKey, key, member);
      append(byPair, pair(key, value), member);
    }
  }
  const candidates = (selector: LabelSelector): readonly number[] => {
    let fewest = members;
    const consider = (list: readonly number[] | undefined): void => {
      if (list === undefined) fewest = [];
      else if (list.length < fewest.length) fewest = list;
    };
    for (const [key, value] of Object.entries(selector.matchLabels)) consider(byPair.get(pair(key, value)));
    for (const { key, operator, values } of selector.matchExpressions) {
      const only = values[0];
      if (operator === 'In' && values.length === 1 && only !== undefined) consider(byPair.get(pair(key, only)));
      else if (operator === 'In' || operator === 'Exists') consider(byKey.get(key));
    }
    return fewest;
  };
  return { select: (selector) => candidates(selector).filter((member) => selects(selector, labelsOf(member))) };
}

function pair(key: string, value: string): string {
  return `${key}=${value}`;
}

function append<K>(lists: Map<K, number[]>, key: K, member: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [member]);
  else list.push(member);
}
