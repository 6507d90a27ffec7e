/** The kernel for virtual time as it lies in the cache, beside those that were pulled. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtFile } from '../package-files.ts';
import { storedFolder, storedKernel } from '../packages/store.ts';
import { configuration } from './configuration.ts';

export const UML_VIRTUAL = 'uml-virtual';

/** In the kernel's folder: what it was made of, as madeOf() says. */
export const MADE_OF = 'made-of';

export interface BuiltKernel {
  /** Absolute path of the program, there or not. */
  readonly program: string;
  /** null: it was not built, or by an ipvlane that made it of other things. */
  readonly release: string | null;
}

export function builtUmlVirtual(): BuiltKernel {
  const folder = storedFolder(UML_VIRTUAL);
  const note = join(folder, MADE_OF);
  const current = existsSync(note) && readFileSync(note, 'utf8').trim() === madeOf();
  return { program: join(folder, 'linux.uml'), release: current ? (storedKernel(UML_VIRTUAL)?.release ?? null) : null };
}

/** Changes with the configuration and the patch: a kernel made of others is not the one we rely on. */
export function madeOf(): string {
  return createHash('sha256')
    .update(configuration())
    .update(readFileSync(builtFile('uml-virtual.patch')))
    .digest('hex');
}
