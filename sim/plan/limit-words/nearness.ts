/** When the key of an annotation is near another: one rule for every annotation that has a reader. */
import { editDistance } from '../../diagnostics/nearest.ts';

/** A prefix, or a name of nine letters or more, may differ in so many. */
const MOST = 3;

/** The two parts of a key as they sound: without case, `_` and `.` of the name as `-`. */
export interface Annotation {
  readonly prefix: string;
  readonly name: string;
}

export function parseAnnotation(key: string): Annotation {
  const slash = key.lastIndexOf('/');
  return {
    prefix: key.slice(0, Math.max(0, slash)).toLowerCase(),
    name: key
      .slice(slash + 1)
      .toLowerCase()
      .replace(/[_.]/g, '-'),
  };
}

export function isPrefixNear(prefix: string, right: string): boolean {
  return editDistance(prefix, right, MOST) <= MOST;
}

/** In how many letters the names differ, at most a third of them; null: in more. */
export function distanceOfNames(name: string, right: string): number | null {
  const most = Math.min(MOST, Math.max(1, Math.floor(right.length / 3)));
  const distance = editDistance(name, right, most);
  return distance <= most ? distance : null;
}
