/** A file of this mount namespace alone, in place of one that everybody has: nobody outside sees it, and it ends with the namespace. */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { check } from './errno.ts';
import * as libc from './libc.ts';

const MS_BIND = 0x1000;
const MNT_DETACH = 2;

/** Folders that every machine has, one of which is covered for a moment. */
const FOLDERS = ['/mnt', '/tmp', '/run', '/dev/shm'] as const;

/**
 * Puts an empty file of a tmpfs of its own over `path`; writing to `path` writes there from now on. For a process in a mount
 * namespace of its own, where mounts are private, as they are after unshare(1).
 * @throws Error when there is no such file, or no folder to mount on
 * @throws SystemCallError
 */
export function coverFile(path: string): void {
  if (!existsSync(path)) throw new Error(`there is no ${path} to put another over`);
  const folder = FOLDERS.find((each) => existsSync(each) && statSync(each).isDirectory());
  if (folder === undefined) throw new Error(`there is none of ${FOLDERS.join(', ')} to mount on`);
  check(libc.mount('tmpfs', folder, 'tmpfs', 0, 'mode=755,size=16m'), 'mount', `mount a tmpfs on ${folder}`);
  try {
    const file = `${folder}/file`;
    writeFileSync(file, '', { mode: 0o644 });
    check(libc.mount(file, path, null, MS_BIND, null), 'mount', `put a file over ${path}`);
  } finally {
    // The file lives on where it is bound.
    check(libc.umount2(folder, MNT_DETACH), 'umount2', `take the tmpfs off ${folder}`);
  }
}
