/** Brings a kernel of the catalog into the cache: found, fetched, checked, unpacked, and then there all at once. */
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MORE_ROOM, cacheFolder } from '../machine/cache-folder.ts';
import { fileDigest } from '../machine/file-digest.ts';
import { machineError } from '../machine/machine-error.ts';
import { AptRoot } from './apt-root.ts';
import { debianArchive, readAptSources, suiteSources, type DebianArchive } from './apt-sources.ts';
import { removeAbandoned, WORKS } from './abandoned.ts';
import { lockCache } from './cache-lock.ts';
import type { CatalogEntry } from './catalog.ts';
import {
  type KernelManifest,
  MANIFEST,
  type StoredKernel,
  damagedFile,
  digestsOf,
  removeStored,
  storedFolder,
  storedKernel,
} from './store.ts';
import { unpackKernel } from './unpack.ts';

export interface PullOptions {
  /** What goes on, for people; `fraction` from 0 to 1 where it is known. */
  readonly onProgress: (words: string, fraction: number | null) => void;
  /** Fetch it even if it is there. */
  readonly again?: boolean;
  /** The machine's own sources by default. */
  readonly archive?: DebianArchive | null;
  /** Ends it where it is. */
  readonly signal?: AbortSignal;
}

/**
 * @returns the kernel in the cache; at once when it is there already and whole
 * @throws DiagnosticError of kind `machine`, also when it was aborted; nothing half done is left then
 */
export async function pullKernel(entry: CatalogEntry, options: PullOptions): Promise<StoredKernel> {
  const { name } = entry;
  const { onProgress, signal } = options;
  const here = wholeKernel(name, options);
  if (here !== null) return here;
  const waiting = (): void => onProgress(`${name}: another process is at the cache, waiting for it`, null);
  const lock = await lockCache(waiting, WORKS.pull.lock, signal).catch(async (error: unknown) => {
    throw (await wasAborted(signal)) ? interrupted(name) : error;
  });
  try {
    return wholeKernel(name, options) ?? (await pullLocked(entry, options));
  } finally {
    lock[Symbol.dispose]();
  }
}

/** The one in the cache, if it is wanted and every file of it is what was unpacked. */
function wholeKernel(name: string, { again, onProgress }: PullOptions): StoredKernel | null {
  const stored = again === true ? null : storedKernel(name);
  if (stored === null) return null;
  const damaged = damagedFile(stored);
  if (damaged === null) return stored;
  onProgress(`${name}: ${damaged} in the cache is not what was unpacked, fetching the kernel again`, null);
  return null;
}

/** @returns false when it was not in the cache */
export async function removeKernel(name: string): Promise<boolean> {
  const lock = await lockCache(() => undefined, WORKS.pull.lock);
  try {
    removeAbandoned(WORKS.pull);
    return removeStored(name);
  } finally {
    lock[Symbol.dispose]();
  }
}

async function pullLocked(entry: CatalogEntry, options: PullOptions): Promise<StoredKernel> {
  const { name } = entry;
  const { onProgress } = options;
  const { archive = debianArchive(readAptSources()), signal } = options;
  if (archive === null)
    throw machineError({
      code: 'E519',
      attempted: `pull ${name}`,
      said: 'none of this machine’s sources of packages is an archive of Debian (/etc/apt/sources.list, sources.list.d)',
      remedy: 'add one, or name a kernel by its file: --kernel qemu:/path/to/vmlinuz',
    });
  const work = mkdtempSync(join(cacheFolder('kernels'), '.pull-'));
  try {
    const found = await find(entry, archive, options);
    const files = await fetchPackages(found, join(work, 'packages'), (fraction) => {
      onProgress(`${name}: downloading ${found.packages.join(', ')}`, fraction);
    });
    onProgress(`${name}: unpacking`, null);
    const { release, bytes } = unpackKernel(
      entry.kind,
      files.map(({ path }) => path),
      work,
    );
    const manifest: KernelManifest = {
      schema: 'ipvlane.kernel/v1',
      name,
      kind: entry.kind,
      release,
      suite: found.suite,
      bytes,
      packages: files.map(({ file, bytes, sha256 }) => ({ file, bytes, sha256 })),
      digests: digestsOf(join(work, 'kernel')),
    };
    writeFileSync(join(work, 'kernel', MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    removeStored(name);
    renameSync(join(work, 'kernel'), storedFolder(name));
    return { ...manifest, folder: storedFolder(name) };
  } catch (error) {
    throw (await wasAborted(signal)) ? interrupted(name) : (outOfSpace(error, name) ?? error);
  } finally {
    rmSync(work, { recursive: true, force: true });
    removeAbandoned(WORKS.pull);
  }
}

interface Found {
  readonly apt: AptRoot;
  readonly suite: string;
  readonly packages: readonly string[];
}

/** The newest release that the first suite with any has. */
async function find(entry: CatalogEntry, archive: DebianArchive, { onProgress, signal }: PullOptions): Promise<Found> {
  for (const suite of entry.suites) {
    const apt = new AptRoot(cacheFolder('apt', suite), suiteSources(archive, suite), signal);
    await apt.update((fraction) => {
      onProgress(`${entry.name}: reading what ${suite} has`, fraction);
    });
    const names = await apt.names(entry.kind === 'uml' ? 'user-mode-linux' : 'linux-');
    const newest = names
      .filter((name) => entry.package.test(name))
      .sort((a, b) => releaseIn(a, entry).localeCompare(releaseIn(b, entry), 'en', { numeric: true }))
      .at(-1);
    if (newest === undefined) continue;
    const split = names.includes(`linux-binary-${releaseIn(newest, entry)}`);
    const release = releaseIn(newest, entry);
    return { apt, suite, packages: split ? [`linux-binary-${release}`, `linux-modules-${release}`] : [newest] };
  }
  throw machineError({
    code: 'E519',
    attempted: `pull ${entry.name}`,
    said: `${entry.suites.join(', ')} of this machine's archive have no package of it (any more)`,
    remedy: 'choose another of `ipvlane kernels list`, or name a kernel by its file: --kernel qemu:/path/to/vmlinuz',
  });
}

function releaseIn(name: string, entry: CatalogEntry): string {
  return entry.package.exec(name)?.[1] ?? '';
}

async function fetchPackages(
  { apt, packages }: Found,
  into: string,
  onProgress: (fraction: number) => void,
): Promise<{ file: string; path: string; bytes: number; sha256: string }[]> {
  mkdirSync(into);
  await apt.download(packages, into, onProgress);
  return readdirSync(into).map((file) => {
    const path = join(into, file);
    return {
      file,
      path,
      bytes: statSync(path).size,
      sha256: fileDigest(path),
    };
  });
}

/** A signal that came while dpkg-deb had the process waiting is only heard afterwards. */
async function wasAborted(signal: AbortSignal | undefined): Promise<boolean> {
  if (signal === undefined) return false;
  await new Promise((resolve) => setTimeout(resolve, 0));
  return signal.aborted;
}

function interrupted(name: string): Error {
  return machineError({
    code: 'E519',
    attempted: `pull ${name}`,
    said: 'interrupted',
    remedy: 'start it again; nothing half done is left',
  });
}

function outOfSpace(error: unknown, name: string): Error | null {
  if (!(error instanceof Error) || !/ENOSPC|No space left/.test(error.message)) return null;
  return machineError({
    code: 'E519',
    attempted: `pull ${name}`,
    said: error.message,
    remedy: MORE_ROOM,
  });
}
