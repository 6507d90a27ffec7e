/** The real file system, as `Files`. */
import { lstatSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import type { Files } from './files.ts';

export const diskFiles: Files = {
  stat(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (!stat.isDirectory()) return { kind: 'file', bytes: stat.size, ...(stat.isFile() ? {} : { special: true }) };
    return { kind: 'folder', link: lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false };
  },
  realPath: (path) => realpathSync(path),
  list: (folder) => readdirSync(folder),
  read: (file) => readFileSync(file),
};
