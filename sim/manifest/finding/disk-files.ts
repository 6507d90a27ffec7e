/** The real file system, as `Files`. */
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { basename, dirname } from 'node:path/posix';
import type { Files } from './files.ts';
import { readSpecialFile } from './special-file.ts';
import { largestFile } from './source-text.ts';

/** What came by pipes (`<(COMMAND)` in a shell) and devices, by path: it is there once, and asked for as often as a file. */
const piped = new Map<string, Uint8Array | Error>();

export const diskFiles: Files = {
  stat(path) {
    const stat = attempted(() => statSync(path));
    if (stat instanceof Error) {
      const isThere = !(attempted(() => lstatSync(path)) instanceof Error);
      const isNowhere = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(stat.code ?? '') && !isThere;
      return isNowhere ? misnamed(path) : { kind: 'unreachable', why: stat.message };
    }
    if (!stat.isDirectory()) return { kind: 'file', bytes: stat.size, ...(stat.isFile() ? {} : { special: true }) };
    return { kind: 'folder', link: lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false };
  },
  realPath: (path) => realpathSync(path),
  list: (folder) => readdirSync(folder),
  read(file) {
    const known = piped.get(file);
    if (known === undefined && statSync(file).isFile()) return readFileSync(file);
    const came = known ?? attempted(() => readSpecialFile(file, largestFile(getHeapStatistics().heap_size_limit)));
    piped.set(file, came);
    if (came instanceof Error) throw came;
    return came;
  },
};

/** What is listed with U+FFFD in its name for bytes that are no UTF-8: by that name nothing is found. */
function misnamed(path: string): ReturnType<Files['stat']> {
  const name = basename(path);
  if (!name.includes('\ufffd')) return null;
  const entries = attempted(() => readdirSync(dirname(path), { encoding: 'buffer', withFileTypes: true }));
  const entry = entries instanceof Error ? undefined : entries.find((each) => each.name.toString() === name);
  return entry === undefined ? null : { kind: 'misnamed', isFolder: entry.isDirectory() };
}

function attempted<T>(call: () => T): T | NodeJS.ErrnoException {
  try {
    return call();
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
