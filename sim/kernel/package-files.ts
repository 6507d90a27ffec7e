/** Where the files that a kernel is started with lie: this package's `dist/`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machineError } from './machine-error.ts';

/** The package's folder: the nearest one upwards whose package.json is ipvlane's, from source and from the bundle alike. */
export function packageFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'ipvlane')
      return folder;
    if (folder === dirname(folder)) throw new Error(`${import.meta.dirname} lies in no ipvlane package`);
  }
}

/**
 * The absolute path of a built file, such as `agent.cjs`.
 * @throws DiagnosticError of kind `machine` when it was not built, or not packed.
 */
export function builtFile(name: string): string {
  const path = join(packageFolder(), 'dist', name);
  if (existsSync(path)) return path;
  throw machineError({
    code: 'E511',
    attempted: 'find a part of ipvlane',
    said: `${path} is not there`,
    remedy: 'run `npm run build` in a clone, or install the package again',
  });
}
