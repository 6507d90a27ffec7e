/** Builds the targets whose sources changed since the last time; `dist/.built.json` remembers their hashes. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { targets } from './targets.mjs';

/**
 * @param {string} root the project's folder
 * @param {{ only?: readonly string[], say: (line: string) => void }} options `only`: names of targets, default all
 * @throws {Error} with the compiler's words
 */
export async function buildStale(root, { only, say }) {
  const dist = join(root, 'dist');
  const built = readBuilt(dist);
  const hashes = new Map(); // several targets share one function
  for (const target of targets) {
    if (only !== undefined && !only.includes(target.name)) continue;
    if (!hashes.has(target.hash)) hashes.set(target.hash, target.hash(root));
    const hash = hashes.get(target.hash);
    if (built[target.name] === hash && existsSync(join(dist, target.name))) continue;
    const work = join(dist, `.building-${process.pid}`);
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work, { recursive: true });
    try {
      await target.build(root, work);
      moveInto(work, dist, target.name);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
    writeBuilt(dist, { ...readBuilt(dist), [target.name]: hash });
    say(`built dist/${target.name} (${Math.ceil(statSync(join(dist, target.name)).size / 1024)} KiB)`);
  }
}

/** Moves the built files, the named one last: it refers to the others. */
function moveInto(work, dist, name) {
  const files = readdirSync(work, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('-work'))
    .map((entry) => join(entry.parentPath, entry.name).slice(work.length + 1))
    .sort((a, b) => Number(a === name) - Number(b === name));
  for (const file of files) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    if (file.endsWith('ipvlane.js')) chmodSync(join(work, file), 0o755);
    renameSync(join(work, file), join(dist, file));
  }
}

function readBuilt(dist) {
  try {
    return JSON.parse(readFileSync(join(dist, '.built.json'), 'utf8'));
  } catch {
    return {}; // nothing built yet, or a damaged file: build
  }
}

function writeBuilt(dist, built) {
  const path = join(dist, `.built-${process.pid}.json`);
  writeFileSync(path, JSON.stringify(built, null, 2));
  renameSync(path, join(dist, '.built.json'));
}
