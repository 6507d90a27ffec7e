/** One writer of the cache at a time, across processes. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../machine/cache-folder.ts';
import { flock } from '../machine/file-lock.ts';

/**
 * Waits for the lock and holds it until disposed.
 * @param onWait called when another process has it
 * @param name of the lock's file: what takes minutes has one of its own, so that nothing else waits for it
 * @param signal ends the waiting, which then throws
 */
export async function lockCache(onWait: () => void, name: string, signal?: AbortSignal): Promise<Disposable> {
  const file = openSync(join(cacheFolder(), name), 'a');
  try {
    if ((await flock(file, false)) !== 'locked') {
      onWait();
      if ((await flock(file, true, signal)) !== 'locked') throw new Error('flock(1) could not lock the cache');
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return heldBy(file);
}

/** The lock if nobody has it, without waiting; else null. */
export async function tryLockCache(name: string): Promise<Disposable | null> {
  const file = openSync(join(cacheFolder(), name), 'a');
  if ((await flock(file, false)) === 'locked') return heldBy(file);
  closeSync(file);
  return null;
}

function heldBy(file: number): Disposable {
  return {
    [Symbol.dispose]: () => {
      closeSync(file);
    },
  };
}
