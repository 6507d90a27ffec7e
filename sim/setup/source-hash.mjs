/** One hash for a set of source files: same hash, same output; so a build can be left out. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * @param {string} root paths are hashed relative to it, so a moved folder hashes the same
 * @param {readonly string[]} paths files and folders below root
 * @param {(path: string) => boolean} isSource which files of the folders count
 * @param {readonly string[]} more anything else the output depends on
 * @returns {string} 64 hexadecimal digits
 */
export function sourceHash(root, paths, isSource, more = []) {
  const hash = createHash('sha256');
  for (const text of more) hash.update(`${text.length}:${text}`);
  for (const path of paths.flatMap((path) => filesBelow(join(root, path))).sort()) {
    if (!isSource(path)) continue;
    const content = readFileSync(path);
    hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)],
    );
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}
