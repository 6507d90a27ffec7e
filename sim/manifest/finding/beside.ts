import { dirname, isAbsolute, join, normalize } from 'node:path/posix';

/** The path of a file that is named in another: relative to its folder, or from the root of the machine. */
export function beside(file: string, name: string): string {
  return isAbsolute(name) ? normalize(name) : join(dirname(file), name);
}
