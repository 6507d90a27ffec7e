/** A process and all that came from it. */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Itself too; outermost first, by their ids on this machine; those that ended are left out. */
export function descendants(pid: number): number[] {
  const found = [pid];
  for (const parent of found) found.push(...children(parent));
  return found;
}

/** The same of a child of ours, none when it has ended. */
export function treeOf({ pid, exitCode, signalCode }: ChildProcess): number[] {
  return pid === undefined || exitCode !== null || signalCode !== null ? [] : descendants(pid);
}

/**
 * PR_SET_PDEATHSIG and a PID namespace take along what is beneath, but not who is just being started and has not asked for that yet: it
 * would go on, and hold our pipes open. So it is looked for, with its parent standing still.
 */
export function killTree(child: ChildProcess): void {
  child.kill('SIGSTOP');
  for (const pid of treeOf(child)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended with the one above it
    }
  }
}

function children(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return []; // it ended meanwhile
  }
}
