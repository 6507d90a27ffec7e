/** One holder of a file or folder at a time, across processes. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** What flock(1) ends with where another process has the lock; other codes are its own troubles. */
const TAKEN = 75;

export type Flocked = 'locked' | 'taken' | 'failed';

/**
 * Takes the lock on an open file. It belongs to the open file, so it ends with this process, however that ends: flock(2). Node has
 * no such call; flock(1) takes the lock on the descriptor it shares with us.
 * @param wait until nobody else has it; else `taken` comes at once
 */
export async function flock(file: number, wait: boolean, signal?: AbortSignal): Promise<Flocked> {
  const options = wait ? [] : ['--nonblock', '--conflict-exit-code', String(TAKEN)];
  const child = spawn('flock', ['--exclusive', ...options, '3'], {
    stdio: ['ignore', 'ignore', 'inherit', file],
    ...(signal === undefined ? {} : { signal }),
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code === 0 ? 'locked' : code === TAKEN ? 'taken' : 'failed');
    });
  });
}

/**
 * The lock on a folder, without waiting and without a file of its own; null where another process has it. A file system that knows
 * no locks (some of a network), and a machine without flock(1), keep nobody out.
 */
export async function lockFolder(path: string): Promise<Disposable | null> {
  const folder = openSync(path, 'r');
  const release: Disposable = {
    [Symbol.dispose]: () => {
      closeSync(folder);
    },
  };
  const got = await flock(folder, false).catch((): Flocked => 'failed');
  if (got !== 'taken') return release;
  release[Symbol.dispose]();
  return null;
}
