/** Where what can be made or fetched again is kept: `XDG_CACHE_HOME`, as the XDG base directory specification has it. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** What to do when it is full. */
export const MORE_ROOM = 'free some space, or name a larger place in XDG_CACHE_HOME';

/** A folder of ipvlane's cache, made when it is not there. A relative XDG_CACHE_HOME is to be ignored, says the specification. */
export function cacheFolder(...below: readonly string[]): string {
  const given = process.env.XDG_CACHE_HOME;
  const root = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache');
  const folder = join(root, 'ipvlane', ...below);
  mkdirSync(folder, { recursive: true });
  return folder;
}
