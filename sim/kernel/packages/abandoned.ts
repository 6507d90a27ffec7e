/** What a command that was killed left in the cache: nobody is at it when nobody holds the lock under which such are made. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../machine/cache-folder.ts';
import { tryLockCache } from './cache-lock.ts';

/** How the folders of each work begin, and the name of its lock. */
export const WORKS = {
  pull: { prefix: '.pull-', lock: 'lock' },
  build: { prefix: '.build-', lock: 'uml-virtual.lock' },
} as const;

/** To be called under the lock of that work. */
export function removeAbandoned({ prefix }: { readonly prefix: string }): void {
  const folder = cacheFolder('kernels');
  for (const name of readdirSync(folder)) if (name.startsWith(prefix)) discard(join(folder, name));
}

/** Removes what killed pulls and builds left, unless somebody is at such work just now. */
export async function sweepCache(): Promise<void> {
  for (const work of Object.values(WORKS)) {
    const lock = await tryLockCache(work.lock);
    if (lock === null) continue;
    try {
      removeAbandoned(work);
    } finally {
      lock[Symbol.dispose]();
    }
  }
}

/** The source of Linux has 77,000 files: rm(1) takes seconds where Node takes a minute and more. */
export function discard(path: string): void {
  spawnSync('rm', ['-rf', '--', path]);
}
