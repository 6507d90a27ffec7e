import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of this package, wherever it is installed and whether this file runs from source or from the bundle:
 * the nearest one upwards whose package.json is ipvlane's.
 */
export function packageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'ipvlane')
      return folder;
    if (folder === dirname(folder)) throw new Error(`${import.meta.dirname} lies in no ipvlane package`);
  }
}
