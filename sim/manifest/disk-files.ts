/** The real file system, as `Files`. */
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import type { Files } from './files.ts';

/** What came by pipes (`<(COMMAND)` in a shell), by path: it is there once, and asked for as often as a file. */
const piped = new Map<string, Uint8Array>();

export const diskFiles: Files = {
  stat(path) {
    const stat = attempted(() => statSync(path));
    if (stat instanceof Error) {
      const isThere = !(attempted(() => lstatSync(path)) instanceof Error);
      const isNowhere = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(stat.code ?? '') && !isThere;
      return isNowhere ? null : { kind: 'unreachable', why: stat.message };
    }
    if (!stat.isDirectory()) return { kind: 'file', bytes: stat.size, ...(stat.isFile() ? {} : { special: true }) };
    return { kind: 'folder', link: lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false };
  },
  realPath: (path) => realpathSync(path),
  list: (folder) => readdirSync(folder),
  read(file) {
    const known = piped.get(file);
    if (known !== undefined) return known;
    const content = readFileSync(file);
    if (statSync(file).isFIFO()) piped.set(file, content);
    return content;
  },
};

function attempted<T>(call: () => T): T | NodeJS.ErrnoException {
  try {
    return call();
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
