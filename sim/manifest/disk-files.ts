/** The real file system, as `Files`. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import type { Files } from './files.ts';

export const diskFiles: Files = {
  stat(path) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    return stat.isDirectory() ? { kind: 'folder' } : { kind: 'file', bytes: stat.size };
  },
  list: (folder) => readdirSync(folder),
  read: (file) => readFileSync(file),
};
