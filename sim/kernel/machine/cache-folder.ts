/** Where what can be made or fetched again is kept: `XDG_CACHE_HOME`, as the XDG base directory specification has it. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { machineError } from './machine-error.ts';
import { makeFolder } from './make-folder.ts';

/** What to do when it is full. */
export const MORE_ROOM = 'free some space, or name a larger place in XDG_CACHE_HOME';

/**
 * A folder of ipvlane's cache, made when it is not there. A relative XDG_CACHE_HOME is to be ignored, says the specification.
 * @throws DiagnosticError of kind machine where it cannot be made
 */
export function cacheFolder(...below: readonly string[]): string {
  const given = process.env.XDG_CACHE_HOME;
  const root = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache');
  const folder = join(root, 'ipvlane', ...below);
  try {
    makeFolder(folder);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw machineError({ code: 'E501', attempted: `make the folder ${folder}`, said, remedy: MORE_ROOM });
  }
  return folder;
}
