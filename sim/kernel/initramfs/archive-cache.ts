/** Archives that take a while to make, kept by what they were made of. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { MORE_ROOM, cacheFolder } from '../machine/cache-folder.ts';
import { machineError } from '../machine/machine-error.ts';
import { type CpioEntry, cpioArchive } from './cpio.ts';

/** Archives of other Nodes and other releases of ipvlane are kept until so many newer ones of their kind were used. */
const KEPT = 3;

/**
 * The file of an archive, made now unless one of the same kind and fingerprint is there. It appears whole, whoever makes
 * it at the same time.
 * @param kind begins the file's name: `base`
 * @param entries called only when it must be made
 * @throws DiagnosticError of kind `machine` when the cache has no room for it
 */
export function cachedArchive(kind: string, fingerprint: string, entries: () => readonly CpioEntry[]): string {
  const folder = cacheFolder('initramfs');
  const digest = createHash('sha256').update(fingerprint).digest('hex').slice(0, 16);
  const path = join(folder, `${kind}-${digest}.cpio`);
  if (existsSync(path)) {
    const now = new Date();
    utimesSync(path, now, now);
    return path;
  }
  const unfinished = `${path}.${process.pid}`;
  try {
    const archive = cpioArchive(entries());
    withRoom(() => writeArchive(unfinished, archive));
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
  removeOld(folder, kind);
  return path;
}

/** @throws DiagnosticError of kind `machine` when `write` finds the cache full; whatever else it throws */
export function withRoom<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    throw machineError({
      code: 'E511',
      attempted: `write the guest's root file system to ${cacheFolder('initramfs')}`,
      said: code === 'ENOSPC' ? 'no space left on the device' : 'disk quota exceeded',
      remedy: MORE_ROOM,
    });
  }
}

function writeArchive(path: string, pieces: readonly Uint8Array[]): void {
  const file = openSync(path, 'w');
  try {
    for (const piece of pieces) writeWhole(file, piece);
  } finally {
    closeSync(file);
  }
}

/** write(2) may take less than it was given. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function removeOld(folder: string, kind: string): void {
  const ofKind = readdirSync(folder)
    .filter((name) => name.startsWith(`${kind}-`))
    .map((name) => ({
      path: join(folder, name),
      used: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    }))
    .sort((a, b) => b.used - a.used);
  for (const { path } of ofKind.slice(KEPT)) rmSync(path, { force: true });
}
