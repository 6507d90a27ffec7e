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
 */
export async function lockCache(onWait: () => void, name = 'lock'): Promise<Disposable> {
  const file = openSync(join(cacheFolder(), name), 'a');
  try {
    if (!(await flock(file, ['--nonblock']))) {
      onWait();
      if (!(await flock(file, []))) throw new Error('flock(1) could not lock the cache');
    }
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return {
    [Symbol.dispose]: () => {
      closeSync(file);
    },
  };
}

async function flock(file: number, options: readonly string[]): Promise<boolean> {
  const child = spawn('flock', ['--exclusive', ...options, '3'], { stdio: ['ignore', 'ignore', 'inherit', file] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code === 0);
    });
  });
}
