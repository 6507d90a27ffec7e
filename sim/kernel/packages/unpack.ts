/** From Debian's packages to a kernel's folder: the image, its modules, its configuration, and nothing else. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { machineError } from '../machine/machine-error.ts';

export interface Unpacked {
  readonly release: string;
  /** What was kept takes so much. */
  readonly bytes: number;
}

/** Where packages have the kernel, by kind: the program, and the folder whose only folder is the release's. */
const PLACES = {
  qemu: { program: 'vmlinuz', modules: ['lib/modules', 'usr/lib/modules'] },
  uml: { program: 'linux.uml', modules: ['usr/lib/uml/modules'] },
} as const;

/** Modules that no lab can use are most of a kernel's size: only these folders below `kernel/drivers` are kept, and no file systems. */
const KEPT_DRIVERS = new Set(['char', 'firmware', 'net', 'ptp', 'virtio']);
const LEFT_OUT = ['fs', 'sound', 'drivers/net/ethernet', 'drivers/net/wireless'];

/**
 * Unpacks into `work/kernel`; never runs what a package would run when installed.
 * @throws DiagnosticError when a package is broken, or does not hold what it should
 */
export function unpackKernel(kind: keyof typeof PLACES, packages: readonly string[], work: string): Unpacked {
  const root = join(work, 'unpacked');
  const kernel = join(work, 'kernel');
  mkdirSync(kernel);
  for (const path of packages) {
    const run = spawnSync('dpkg-deb', ['-x', path, root], { encoding: 'utf8' });
    if (run.status !== 0) throw broken(basename(path), run.error?.message ?? run.stderr.trim());
  }
  const places = PLACES[kind];
  const modulesRoot = places.modules.map((path) => join(root, path)).find((path) => existsSync(path));
  const release = modulesRoot === undefined ? undefined : readdirSync(modulesRoot)[0];
  if (modulesRoot === undefined || release === undefined) throw broken(names(packages), 'no modules are in it');
  const modules = join(modulesRoot, release);
  const first = (...paths: string[]): string | undefined =>
    paths.map((path) => join(root, path)).find((path) => existsSync(path));
  const program = first(`boot/vmlinuz-${release}`, `usr/lib/modules/${release}/vmlinuz`, 'usr/bin/linux.uml');
  if (program === undefined) throw broken(names(packages), 'no kernel is in it');
  renameSync(program, join(kernel, places.program));
  const config = first(`boot/config-${release}`, `usr/lib/modules/${release}/config`);
  if (config !== undefined) renameSync(config, join(kernel, 'config'));
  leaveOut(modules);
  renameSync(modules, join(kernel, 'modules'));
  rmSync(root, { recursive: true });
  return { release, bytes: sizeOf(kernel) };
}

function leaveOut(modules: string): void {
  const drivers = join(modules, 'kernel/drivers');
  const others = existsSync(drivers) ? readdirSync(drivers).filter((name) => !KEPT_DRIVERS.has(name)) : [];
  for (const path of [...LEFT_OUT, ...others.map((name) => join('drivers', name))])
    rmSync(join(modules, 'kernel', path), { recursive: true, force: true });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function names(packages: readonly string[]): string {
  return packages.map((path) => basename(path)).join(', ');
}

function broken(name: string, said: string): Error {
  return machineError({
    code: 'E519',
    attempted: `unpack ${name}`,
    said,
    remedy: 'pull it again; if it happens again, the archive or a proxy before it gives a broken file',
  });
}
