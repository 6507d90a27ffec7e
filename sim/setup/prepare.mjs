/**
 * Makes a clone ready, from a machine that has nothing but Node and npm: Debian packages, npm packages, `dist/`.
 * Does what is needed and no more; when all is there it says nothing and takes a fraction of a second.
 *
 *   node sim/setup/prepare.mjs run                 to use ipvlane
 *   node sim/setup/prepare.mjs test                to run its tests too
 *   node sim/setup/prepare.mjs run --clean         empty dist/ first
 *   node sim/setup/prepare.mjs run --only agent.cjs,dataplane.bpf.o
 *
 * Exit codes: 0 ready, 3 the machine lacks something and this user cannot install it, 1 an install or build failed.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStale } from './build.mjs';
import { installLine, installPackages, missingPackages } from './debian-packages.mjs';
import { installNodePackages, staleNodePackages } from './node-packages.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * @param {'run' | 'test'} mode
 * @param {{ quiet?: boolean, clean?: boolean, only?: readonly string[] }} options `quiet`: not even a closing line
 * @returns {Promise<number>} an exit code
 */
export async function prepare(mode, { quiet = false, clean = false, only } = {}) {
  const began = performance.now();
  const say = (line) => {
    const seconds = ((performance.now() - began) / 1000).toFixed(1).padStart(5);
    process.stderr.write(`prepare ${seconds} s  ${line}\n`);
  };
  try {
    const [major, minor] = process.versions.node.split('.').map(Number);
    if (major < 20 || (major === 20 && minor < 19)) {
      say(`this is node ${process.versions.node}; ipvlane needs 20.19 or newer`);
      return 3;
    }
    const missing = missingPackages(mode === 'test' ? ['run', 'build', 'test'] : ['run', 'build']);
    if (missing.length > 0) {
      if (process.getuid() !== 0) {
        say('this machine lacks programs that ipvlane needs. Install them, then try again:');
        process.stderr.write(`\n  ${installLine(missing)}\n\n`);
        return 3;
      }
      say(`installing Debian packages: ${missing.join(' ')}`);
      installPackages(missing);
      say('installed Debian packages');
    }
    const stale = staleNodePackages(root);
    if (stale !== null) {
      say(`npm ci (${stale})`);
      installNodePackages(root);
      say('installed npm packages');
    }
    if (clean) rmSync(join(root, 'dist'), { recursive: true, force: true });
    await buildStale(root, { ...(only === undefined ? {} : { only }), say });
    if (mode === 'test') buildVirtualKernel(say);
    if (!quiet) say('ready');
    return 0;
  } catch (error) {
    say(`failed: ${error.message}`);
    return 1;
  }
}

/**
 * Tests that compare rates run in virtual time. Where the kernel for it cannot be built (without a network, say) they are
 * skipped with that reason, and all others run.
 */
function buildVirtualKernel(say) {
  say('the kernel of virtual time: `ipvlane kernels build uml-virtual`, minutes the first time');
  const command = [join(root, 'dist/ipvlane.js'), 'kernels', 'build', 'uml-virtual'];
  const { status } = spawnSync(process.execPath, command, { stdio: ['ignore', 2, 2] });
  if (status !== 0) say('it cannot be built here; the tests that need it will be skipped');
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const mode = args[0] === 'test' ? 'test' : 'run';
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1]?.split(',') : undefined;
  process.exitCode = await prepare(mode, {
    quiet: args.includes('--quiet'),
    clean: args.includes('--clean'),
    ...(only === undefined ? {} : { only }),
  });
}
