/** The kernels in the cache: a folder each, whole or not there, with a manifest of where it came from. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { cacheFolder } from '../machine/cache-folder.ts';
import { fileDigest } from '../machine/file-digest.ts';

const manifestSchema = z.object({
  schema: z.literal('ipvlane.kernel/v1'),
  name: z.string(),
  kind: z.enum(['qemu', 'uml']),
  release: z.string(),
  suite: z.string(),
  packages: z.array(z.object({ file: z.string(), bytes: z.number(), sha256: z.string() })),
  /** Of what was kept. */
  bytes: z.number(),
  /** SHA-256 of each file that was kept, by its path in the folder; a kernel pulled before there were any has none. */
  digests: z.record(z.string(), z.string()).optional(),
});

export type KernelManifest = z.infer<typeof manifestSchema>;

export interface StoredKernel extends KernelManifest {
  /** Holds `manifest.json`, the program (`vmlinuz` or `linux.uml`), `modules/`, and `config` where the package has one. */
  readonly folder: string;
}

export const MANIFEST = 'manifest.json';

/** Where a kernel of that name is kept, whether it is there or not. */
export function storedFolder(name: string): string {
  return join(cacheFolder('kernels'), name.replaceAll(/[^A-Za-z0-9.+-]/g, '-'));
}

/** @returns null when it is not in the cache */
export function storedKernel(name: string): StoredKernel | null {
  return readStored(storedFolder(name));
}

export function storedKernels(): StoredKernel[] {
  const root = cacheFolder('kernels');
  return readdirSync(root)
    .filter((name) => !name.startsWith('.'))
    .map((name) => readStored(join(root, name)))
    .filter((found) => found !== null);
}

/** @returns false when it was not there */
export function removeStored(name: string): boolean {
  const folder = storedFolder(name);
  if (!existsSync(folder)) return false;
  // The manifest first: what is left of an interrupted removal is no kernel.
  rmSync(join(folder, MANIFEST), { force: true });
  rmSync(folder, { recursive: true, force: true });
  return true;
}

/** SHA-256 of each file of a kernel's folder, the manifest apart, by its path in there. */
export function digestsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
  return Object.fromEntries(
    paths
      .filter((path) => path !== MANIFEST)
      .sort()
      .map((path) => [path, fileDigest(join(folder, path))]),
  );
}

/** The first file that is not what was unpacked: another, gone, or one too many. Null when all are. */
export function damagedFile({ folder, digests }: StoredKernel): string | null {
  if (digests === undefined) return null;
  const found = digestsOf(folder);
  const paths = [...Object.keys(digests), ...Object.keys(found)];
  return paths.find((path) => digests[path] !== found[path]) ?? null;
}

/** A manifest that cannot be read is none: the kernel is not there, and pulling it makes it whole. */
function readStored(folder: string): StoredKernel | null {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) return null;
  const read = manifestSchema.safeParse(parsed(readFileSync(file, 'utf8')));
  return read.success ? { ...read.data, folder } : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
