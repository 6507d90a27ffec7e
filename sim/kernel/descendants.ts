import { readFileSync } from 'node:fs';

/** A process and all that came from it, outermost first, by their ids on this machine; those that ended are left out. */
export function descendants(pid: number): number[] {
  const found = [pid];
  for (const parent of found) found.push(...children(parent));
  return found;
}

function children(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // it ended meanwhile
  }
}
