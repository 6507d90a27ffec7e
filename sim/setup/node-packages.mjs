/** Whether `node_modules` is what `package-lock.json` asks for, and `npm ci` when it is not. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * npm leaves a record of what it installed in `node_modules/.package-lock.json`; an interrupted install leaves none.
 * @param {string} root the project's folder
 * @returns {string | null} why an install is needed, or null
 */
export function staleNodePackages(root) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return 'node_modules is not there';
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const ownOptional = Object.keys(wanted[''].optionalDependencies ?? {}).map((name) => `node_modules/${name}`);
  for (const [path, entry] of Object.entries(wanted)) {
    // Those that others call optional are for other platforms; our own are not.
    const foreign = (entry.optional || entry.devOptional) && !ownOptional.includes(path);
    if (path === '' || foreign) continue;
    const found = installed[path]?.version;
    if (found !== entry.version) return `${path} is ${found ?? 'missing'}, wanted ${entry.version}`;
  }
  return null;
}

/**
 * Without install scripts: nothing here needs one. `cap` would compile against libpcap, of which only its decoders, plain
 * JavaScript, are used; where that failed npm would leave the whole package out without a word.
 * @param {string} root
 * @throws {Error} with npm's last lines
 */
export function installNodePackages(root) {
  const result = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (result.error !== undefined) throw new Error(`npm ci: ${result.error.message}`);
  if (result.status !== 0) {
    const tail = `${result.stdout}${result.stderr}`.trim().split('\n').slice(-15).join('\n');
    throw new Error(`npm ci ended with ${result.status}:\n${tail}`);
  }
}
