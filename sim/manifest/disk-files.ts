/** The real file system, as `Files`. */
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import type { Files } from './files.ts';

/** What came by pipes (`<(COMMAND)` in a shell), by path: it is there once, and asked for as often as a file. */
const piped = new Map<string, Uint8Array>();

export const diskFiles: Files = {
  stat(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
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
