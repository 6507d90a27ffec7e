/**
 * Pool names with wildcards, wherever Spiderpool takes them: annotations of a pod, of a namespace, pools of a network
 * (pkg/ippoolmanager, `ParseWildcardPoolNameList`).
 */
import type { Family } from '../../../dataplane/policy/address.ts';
import type { Pool } from './ippool.ts';

/**
 * The names, each pattern replaced by the pools of this IP version that it matches, sorted by name (Spiderpool takes them
 * in whatever order its cache has them). A pattern that matches nothing leaves nothing behind, as there.
 */
export function withoutPatterns(names: readonly string[], family: Family, pools: Iterable<Pool>): readonly string[] {
  if (!names.some(isPattern)) return names;
  const known = [...pools].filter((pool) => pool.family === family).map(({ name }) => name);
  known.sort();
  return names.flatMap((name) => {
    if (!isPattern(name)) return [name];
    const matches = matcher(name);
    return known.filter((pool) => matches.test(pool));
  });
}

function isPattern(name: string): boolean {
  return /[*?]|\[.*\]/.test(name);
}

/** Go's filepath.Match: `*` any run, `?` one character, `[a-c]` and `[^a-c]` one of a class, `\` takes the next as it is. */
function matcher(pattern: string): RegExp {
  const parts = pattern.match(/\\.|\[\^?(?:\\.|[^\]\\])+\]|[^]/gu) ?? [];
  return new RegExp(`^${parts.map(translated).join('')}$`, 'u');
}

function translated(part: string): string {
  if (part === '*') return '.*';
  if (part === '?') return '.';
  if (part.length > 2) {
    const negated = part.startsWith('[^');
    const characters = part.slice(negated ? 2 : 1, -1).replace(/\\?([\\^[\]])/g, '\\$1');
    return `[${negated ? '^' : ''}${characters}]`;
  }
  return (part.startsWith('\\') ? part.slice(1) : part).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
