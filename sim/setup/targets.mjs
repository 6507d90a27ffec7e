/**
 * What `dist/` holds and how each part is made. A target says what it depends on, and builds into an empty folder
 * whose files then replace the old ones one by one, so whoever reads `dist/` meanwhile sees whole files.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sourceHash } from './source-hash.mjs';

/**
 * @typedef {object} Target
 * @property {string} name file in `dist/` that people know it by
 * @property {(root: string) => string} hash of everything the output depends on
 * @property {(root: string, into: string) => Promise<void>} build writes its files into the folder `into`
 */

/** Native addons, and packages that find their own files by path: they stay in `node_modules`. */
const external = ['koffi', 'netlink', 'd3-node', 'react-devtools-core'];

/** @type {readonly Target[]} */
export const targets = [
  { name: 'dataplane.bpf.o', hash: dataplaneHash, build: buildDataplane },
  { name: 'agent.cjs', hash: typescriptHash, build: (root, into) => buildInside(root, into, 'agent') },
  { name: 'probe.cjs', hash: typescriptHash, build: (root, into) => buildInside(root, into, 'probe') },
  { name: 'uml-init.sh', hash: scriptsHash, build: copyScripts },
  { name: 'uml-enclose.sh', hash: scriptsHash, build: copyScripts },
  { name: 'qemu-init.sh', hash: scriptsHash, build: copyScripts },
  { name: 'uml-virtual.patch', hash: patchHash, build: copyPatch },
  { name: 'ipvlane.js', hash: typescriptHash, build: buildCommand },
  ...['scenario', 'result', 'trace'].map((name) => ({
    name: `${name}.schema.json`,
    hash: typescriptHash,
    build: (root, into) => buildSchema(root, into, name),
  })),
];

function dataplaneHash(root) {
  return sourceHash(root, ['dataplane/bpf'], (path) => /\.[ch]$/.test(path), [buildDataplane.toString()]);
}

async function buildDataplane(root, into, more = []) {
  const source = join(root, 'dataplane/bpf/dataplane.bpf.c');
  const object = join(into, 'dataplane.bpf.o');
  const flags = ['-O2', '-g', '-target', 'bpf', '-mcpu=v2', '-Wall', '-Wextra', '-Werror'];
  // <asm/types.h> lies in the machine's multiarch folder, which clang does not search for the target bpf.
  const multiarch = readdirSync('/usr/include').filter((name) => existsSync(`/usr/include/${name}/asm/types.h`));
  const includes = multiarch.map((name) => `-I/usr/include/${name}`);
  // The object goes into a package: it must not depend on the folder it was built in.
  const prefix = [`-ffile-prefix-map=${root}=.`, '-fdebug-compilation-dir=.'];
  run('clang', [...flags, ...more, ...includes, ...prefix, '-c', source, '-o', object]);
  run('llvm-strip', ['-g', object]); // DWARF goes, BTF stays
}

function typescriptHash(root) {
  const isSource = (path) => /\.(ts|tsx|json|mjs)$/.test(path) && !/\.test\.tsx?$/.test(path);
  return sourceHash(root, ['sim', 'dataplane', 'reports', 'package.json', 'package-lock.json'], isSource);
}

/** What runs inside a kernel: one file each. */
async function buildInside(root, into, name) {
  await bundle(root, {
    entryPoints: { [name]: join(root, `sim/lab/${name}.ts`) },
    outdir: into,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // Read by every guest at boot, on an emulated processor: the smaller the sooner.
    minifyWhitespace: true,
    minifySyntax: true,
  });
}

async function buildCommand(root, into) {
  await bundle(root, {
    entryPoints: { ipvlane: join(root, 'sim/cli/main.ts') },
    outdir: into,
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    // Packages in CommonJS call require() even when bundled into a module.
    banner: {
      js: "import { createRequire as createRequire_ } from 'node:module'; const require = createRequire_(import.meta.url);",
    },
  });
  const entry = join(into, 'ipvlane.js');
  const text = readFileSync(entry, 'utf8');
  if (!text.startsWith('#!')) writeFileSync(entry, `#!/usr/bin/env node\n${text}`);
}

async function bundle(root, options) {
  const esbuild = await import(pathToFileURL(join(root, 'node_modules/esbuild/lib/main.js')).href);
  const result = await esbuild
    .build({
      absWorkingDir: root,
      bundle: true,
      platform: 'node',
      target: 'node20.19',
      external,
      define: {
        'process.env.NODE_ENV': '"production"',
        'process.env.IPVLANE_BUILD': JSON.stringify(typescriptHash(root).slice(0, 16)),
      },
      legalComments: 'none',
      logLevel: 'silent',
      ...options,
    })
    .catch((error) => {
      throw new Error(error.message);
    });
  for (const warning of result.warnings) process.stderr.write(`esbuild: ${warning.text}\n`);
}

const patch = 'sim/kernel/uml-virtual/uml-virtual.patch';

function patchHash(root) {
  return sourceHash(root, [patch], () => true);
}

async function copyPatch(root, into) {
  copyFileSync(join(root, patch), join(into, 'uml-virtual.patch'));
}

const scripts = ['uml-init.sh', 'uml-enclose.sh', 'qemu-init.sh'];

function scriptsHash(root) {
  return sourceHash(
    root,
    scripts.map((name) => `sim/kernel/${name}`),
    () => true,
  );
}

async function copyScripts(root, into) {
  for (const name of scripts) {
    copyFileSync(join(root, 'sim/kernel', name), join(into, name));
    chmodSync(join(into, name), 0o755);
  }
}

async function buildSchema(root, into, name) {
  const work = join(into, 'schema-work');
  mkdirSync(work);
  await bundle(root, {
    entryPoints: { schema: join(root, 'sim/setup/print-json-schema.ts') },
    outdir: work,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  });
  writeFileSync(join(into, `${name}.schema.json`), run(process.execPath, [join(work, 'schema.cjs'), name]));
}

function run(program, args) {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new Error(`${[program, ...args].join(' ')}\n${error.stderr ?? error.message}`, { cause: error });
  }
}
