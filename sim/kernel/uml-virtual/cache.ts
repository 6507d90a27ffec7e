/** Where built kernels are kept: below XDG_CACHE_HOME, as https://specifications.freedesktop.org/basedir-spec has it. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface BuiltKernel {
  /** Absolute path of the program, there or not. */
  readonly program: string;
  /** null: it was not built. */
  readonly release: string | null;
}

/** @param variables of the environment */
export function umlVirtualFolder(variables: Readonly<Record<string, string | undefined>> = process.env): string {
  const { XDG_CACHE_HOME: cache = '' } = variables;
  // The specification: a path that is not absolute counts as none.
  return join(cache.startsWith('/') ? cache : join(homedir(), '.cache'), 'ipvlane', 'uml-virtual');
}

/** The program lands by a rename after everything else, so what is there is whole. */
export function builtUmlVirtual(folder = umlVirtualFolder()): BuiltKernel {
  const program = join(folder, 'linux');
  const release = join(folder, 'release');
  return { program, release: existsSync(program) && existsSync(release) ? readFileSync(release, 'utf8').trim() : null };
}
