/** Programs of the machine, found as a shell finds them. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian leaves these out of an ordinary user's PATH, and tools we need lie there. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The absolute path of a program, or null when there is none in PATH or the system's folders. A path stands for itself. */
export function findProgram(name: string, path: string = process.env.PATH ?? ''): string | null {
  if (name.startsWith('/')) return isExecutable(name) ? name : null;
  const folders = [...path.split(delimiter).filter((folder) => folder.startsWith('/')), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
