/** A file is at its place as a whole, or as it was before: written beside it, synced, renamed. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where it is written until it is whole. */
export function partOf(file: string): string {
  return join(dirname(file), `.${basename(file)}.part`);
}

/**
 * What is at the place is replaced: a symbolic link too, and not what it leads to.
 * @param synced it is to outlive the machine too, and not only this process
 * @throws Error of the system
 */
export function writeWhole(file: string, data: string | Uint8Array, synced = true): void {
  const part = partOf(file);
  rmSync(part, { force: true });
  try {
    const fd = openSync(part, 'wx');
    try {
      writeFileSync(fd, data);
      if (synced) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** All of a file, or that a folder has the names it has, is on the disk when this returns. */
export function sync(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
