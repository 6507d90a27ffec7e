/**
 * `npm run -s ipvlane -- ARGS`: the command inside the repository. Prepares what is stale, then becomes the command:
 * same process, so signals, the terminal and the exit code are the command's own.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './prepare.mjs';

const code = await prepare('run', { quiet: true });
if (code === 0) {
  // npm starts scripts in the project's folder; paths were meant from where the person is.
  const { npm_lifecycle_event: script, INIT_CWD: folder } = process.env;
  if ((script === 'ipvlane' || script === 'demo') && folder !== undefined) process.chdir(folder);
  const entry = join(root, 'dist', 'ipvlane.js');
  process.argv[1] = entry;
  await import(pathToFileURL(entry).href);
} else {
  process.exitCode = code;
}
