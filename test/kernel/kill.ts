/** One kill, and what is left of the kernel afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { foreignNamespaces, living, tracesNow } from './traces.ts';

/** Whom to kill: the `front-end`; the `launcher`, outermost process of the kernel; `uml`, the kernel's own process. */
export type Victim = 'front-end' | 'uml' | 'launcher';

export interface Remains {
  readonly processes: readonly number[];
  readonly namespaces: readonly string[];
  readonly mounts: readonly string[];
  readonly files: readonly string[];
  readonly links: readonly string[];
  /** How many processes and namespaces there were at the moment of the kill: a kill of nothing proves nothing. */
  readonly before: { readonly processes: number; readonly namespaces: number };
}

const FRONT_END = join(import.meta.dirname, 'fixtures/front-end.ts');

/**
 * Starts a front end, kills the victim `delayMs` after its kernel's first process appeared, and looks when all of them
 * are gone, or after 5 s.
 */
export async function killAndLook(victim: Victim, delayMs: number): Promise<Remains> {
  const home = mkdtempSync(join(tmpdir(), 'ipvlane-kill-'));
  const folders = [home];
  const before = tracesNow(folders);
  const child = spawn(process.execPath, ['--import', 'tsx', FRONT_END], {
    stdio: ['ignore', 'pipe', 'ignore'], // it complains of a killed kernel, rightly
    env: { ...process.env, TMPDIR: home, HOME: home },
  });
  const seen = new Set<number>();
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  try {
    const first = await firstPids(child, seen);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    const pids = [...new Set([...first, ...seen])];
    const namespaces = foreignNamespaces(living(pids));
    const counts = { processes: living(pids).length, namespaces: namespaces.size };
    process.kill(pidOf(victim, child, pids), 'SIGKILL');
    await waitUntilGone(pids, 5_000);
    const after = tracesNow(folders);
    const fresh = (what: 'mounts' | 'files' | 'links'): string[] =>
      [...after[what]].filter((name) => !before[what].has(name));
    return {
      processes: living(pids),
      namespaces: [...namespaces].filter((namespace) => after.namespaces.has(namespace)),
      mounts: fresh('mounts'),
      // The loader's own; a front end from the bundle has none.
      files: fresh('files').filter((name) => !/\/tsx-\d+$/.test(name)),
      links: fresh('links'),
      before: counts,
    };
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(home, { recursive: true, force: true });
  }
}

/** Resolves with the ids of the first line; the later ones are added to `seen`. */
function firstPids(child: ChildProcess, seen: Set<number>): Promise<number[]> {
  return new Promise((resolve, reject) => {
    child.once('close', () => {
      reject(new Error('the front end ended before its kernel had a process'));
    });
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      const pids = line.split(' ').slice(1).filter(Boolean).map(Number);
      for (const pid of pids) seen.add(pid);
      if (pids.length > 0) resolve(pids);
    });
  });
}

function pidOf(victim: Victim, child: ChildProcess, pids: readonly number[]): number {
  const alive = living(pids);
  if (victim === 'front-end' && child.pid !== undefined) return child.pid;
  const pid = victim === 'launcher' ? alive[0] : (alive[2] ?? alive.at(-1));
  if (pid === undefined) throw new Error('nothing lives that could be killed');
  return pid;
}

async function waitUntilGone(pids: readonly number[], limitMs: number): Promise<void> {
  const until = performance.now() + limitMs;
  while (living(pids).length > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20));
}
