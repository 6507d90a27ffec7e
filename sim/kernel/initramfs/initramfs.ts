/** The initramfs of one run: what all share, what is ours, a kernel's modules, and what this run alone needs. */
import { closeSync, copyFileSync, constants, openSync, readFileSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from '../machine/cache-folder.ts';
import { cachedArchive, withRoom, writeWhole } from './archive-cache.ts';
import { baseTree } from './base-tree.ts';
import { cpioArchive } from './cpio.ts';
import { type OwnParts, ownTree } from './own-tree.ts';

/**
 * A file without a name, open for reading at its beginning: it is gone when its last reader is, whatever ends that.
 * Close it when the guest has it.
 * @param archives files of archives to follow the shared one
 * @param own see OwnParts
 * @throws DiagnosticError of kind `machine` when the cache is full, Error of the system when it cannot be written
 */
export function openInitramfs(archives: readonly string[], own: OwnParts = {}): number {
  const base = baseTree();
  const shared = cachedArchive('base', base.fingerprint(), () => base.entries());
  const path = join(cacheFolder('initramfs'), `run-${randomUUID()}`);
  try {
    withRoom(() => {
      copyFileSync(shared, path, constants.COPYFILE_FICLONE);
      const file = openSync(path, 'a');
      try {
        for (const archive of archives) writeWhole(file, readFileSync(archive));
        for (const piece of cpioArchive(ownTree(own).entries())) writeWhole(file, piece);
      } finally {
        closeSync(file);
      }
    });
    return openSync(path, 'r');
  } finally {
    rmSync(path, { force: true });
  }
}
