/**
 * Builds the User-mode Linux for virtual time from Debian's source: fetched, patched, configured, made, and then in the
 * cache all at once. Needs no rights. docs/adr/0006-virtual-clock.md says why, uml-virtual.patch what is changed.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, statfsSync, statSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MORE_ROOM, cacheFolder } from '../machine/cache-folder.ts';
import { machineError } from '../machine/machine-error.ts';
import { builtFile } from '../package-files.ts';
import { discard, removeAbandoned, WORKS } from '../packages/abandoned.ts';
import { lockCache } from '../packages/cache-lock.ts';
import { type KernelManifest, MANIFEST, removeStored, storedFolder } from '../packages/store.ts';
import { builtUmlVirtual, MADE_OF, madeOf, UML_VIRTUAL } from './built.ts';
import { requireBuildTools } from './build-tools.ts';
import { configuration, optionsNotTaken } from './configuration.ts';
import { type RunStep, stepRunner } from './logged-run.ts';
import { findLinuxSource, type LinuxSource } from './source.ts';

export interface BuildOptions {
  /** What goes on, for people; `fraction` from 0 to 1 where it is known. */
  readonly onProgress: (words: string, fraction: number | null) => void;
  /** Build it even if it is there. */
  readonly again?: boolean;
  /** Ends it where it is. */
  readonly signal?: AbortSignal;
}

/** The package, the unpacked source and the objects: 1.3 GB; and room to breathe. */
const BYTES_NEEDED = 1.6e9;
/** Lines that make(1) says for this configuration of 6.12; only the bar lives by it. */
const LINES_EXPECTED = 880;
/** Half the source is of machines and devices that are not User-mode Linux's; only their Kconfig is read. */
const NOT_UNPACKED = ['Documentation', 'drivers/gpu', 'drivers/media', 'drivers/staging', 'sound', 'tools/testing'];

/**
 * @returns its release; at once when it is there already
 * @throws DiagnosticError of kind `machine`: a tool, the source or room is missing, a step failed, or it was aborted. Nothing half
 * done is left.
 */
export async function buildUmlVirtual(options: BuildOptions): Promise<string> {
  const there = options.again === true ? null : builtUmlVirtual().release;
  if (there !== null) return there;
  requireBuildTools();
  const lock = await lockCache(
    () => options.onProgress('another process builds it, waiting', null),
    WORKS.build.lock,
    options.signal,
  );
  try {
    // Whoever had the lock may have built it.
    return (options.again === true ? null : builtUmlVirtual().release) ?? (await buildLocked(options));
  } finally {
    lock[Symbol.dispose]();
  }
}

async function buildLocked({ onProgress, signal }: BuildOptions): Promise<string> {
  const root = cacheFolder('kernels');
  // What a build that was killed left: the lock says that nobody is at it.
  removeAbandoned(WORKS.build);
  requireSpace(root);
  const work = mkdtempSync(join(root, WORKS.build.prefix));
  const log = join(cacheFolder(), 'uml-virtual-build.log');
  writeFileSync(log, '');
  const run = stepRunner(log, signal);
  try {
    const downloading = (fraction: number): void => onProgress('downloading the source of Linux', fraction);
    const source = await findLinuxSource(work, run, downloading, signal);
    onProgress('unpacking the source', null);
    const tree = await unpack(source, work, run);
    onProgress('configuring', null);
    await configure(tree, run);
    await make(tree, run, onProgress);
    return store(tree, source, work);
  } finally {
    onProgress('removing the source', null);
    discard(work);
  }
}

function requireSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= BYTES_NEEDED) return;
  throw machineError({
    code: 'E521',
    attempted: 'build a kernel',
    said: `${folder} has ${Math.round((bavail * bsize) / 1e6)} MB left, it takes ${BYTES_NEEDED / 1e6} MB`,
    remedy: MORE_ROOM,
  });
}

async function unpack(source: LinuxSource, work: string, run: RunStep): Promise<string> {
  const leave = NOT_UNPACKED.map((path) => `--exclude=${source.folder}/${path}/*.[chS]`);
  const argv = ['tar', '--wildcards', ...leave, '-xJf', source.archive] as const;
  await run({ attempted: 'unpack the source of Linux', argv, cwd: work });
  const tree = join(work, source.folder);
  const patch = ['patch', '-p1', '--fuzz=0', '-i', builtFile('uml-virtual.patch')] as const;
  await run({ attempted: 'patch the source of Linux', argv: patch, cwd: tree });
  return tree;
}

async function configure(tree: string, run: RunStep): Promise<void> {
  writeFileSync(join(tree, 'ipvlane.config'), configuration());
  const env = { KCONFIG_ALLCONFIG: 'ipvlane.config' };
  await run({ attempted: 'configure Linux', argv: ['make', 'ARCH=um', 'allnoconfig'], cwd: tree, env });
  const refused = optionsNotTaken(readFileSync(join(tree, '.config'), 'utf8'));
  if (refused.length === 0) return;
  throw machineError({
    code: 'E521',
    attempted: 'configure Linux',
    said: `this source has no option ${refused.map((option) => `CONFIG_${option}`).join(', ')}`,
    remedy: 'use --kernel debian:6.12 --clock virtual, which needs no build, and report it',
  });
}

async function make(tree: string, run: RunStep, onProgress: BuildOptions['onProgress']): Promise<void> {
  let lines = 0;
  await run({
    attempted: 'build Linux',
    argv: ['nice', 'make', 'ARCH=um', `-j${availableParallelism()}`, 'linux'],
    cwd: tree,
    // Nothing of this machine is in it.
    env: { KBUILD_BUILD_TIMESTAMP: '2026-01-01', KBUILD_BUILD_USER: 'ipvlane', KBUILD_BUILD_HOST: 'ipvlane' },
    onLine: (line) => {
      if (!/^ {2}[A-Z]/.test(line)) return;
      lines += 1;
      onProgress('building the kernel', Math.min(0.99, lines / LINES_EXPECTED));
    },
  });
  await run({ attempted: 'strip the kernel', argv: ['strip', 'linux'], cwd: tree });
}

/** Makes the kernel's folder, and moves it to its place by one rename. */
function store(tree: string, source: LinuxSource, work: string): string {
  const release = readFileSync(join(tree, 'include/config/kernel.release'), 'utf8').trim();
  const folder = join(work, 'kernel');
  mkdirSync(folder);
  renameSync(join(tree, 'linux'), join(folder, 'linux.uml'));
  renameSync(join(tree, '.config'), join(folder, 'config'));
  writeFileSync(join(folder, MADE_OF), `${madeOf()}\n`);
  const manifest: KernelManifest = {
    schema: 'ipvlane.kernel/v1',
    name: UML_VIRTUAL,
    kind: 'uml',
    release,
    suite: source.suite,
    packages: [...source.packages],
    bytes: statSync(join(folder, 'linux.uml')).size,
  };
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  removeStored(UML_VIRTUAL);
  renameSync(folder, storedFolder(UML_VIRTUAL));
  return release;
}
