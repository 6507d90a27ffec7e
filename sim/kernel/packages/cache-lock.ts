/** One writer of the cache at a time, across processes. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.ts';

/**
 * Waits for the lock and holds it until disposed. It belongs to an open file, so it ends with this process, however that
 * ends: flock(2). Node has no such call; flock(1) takes the lock on the descriptor it shares with us.
 * @param onWait called when another process has it
 * @param name of the lock's file: what takes minutes has one of its own, so that nothing else waits for it
 * @param signal ends the waiting, which then throws
 */
export async function lockCache(onWait: () => void, name = 'lock', signal?: AbortSignal): Promise<Disposable> {
  const file = openSync(join(cacheFolder(), name), 'a');
  try {
    if (!(await flock(file, ['--nonblock']))) {
      onWait();
      if (!(await flock(file, [], signal))) throw new Error('flock(1) could not lock the cache');
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return heldBy(file);
}

/** The lock if nobody has it, without waiting; else null. */
export async function tryLockCache(): Promise<Disposable | null> {
  const file = openSync(join(cacheFolder(), 'lock'), 'a');
  if (await flock(file, ['--nonblock'])) return heldBy(file);
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

async function flock(file: number, options: readonly string[], signal?: AbortSignal): Promise<boolean> {
  const child = spawn('flock', ['--exclusive', ...options, '3'], {
    ...{ stdio: ['ignore', 'ignore', 'inherit', file] },
    ...(signal === undefined ? {} : { signal }),
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code === 0);
    });
  });
}
