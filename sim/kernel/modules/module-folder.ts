/**
 * The modules of a kernel as its package brings them. What depmod(8) would write is read from the modules themselves: it
 * runs when a package is installed, and ours are only unpacked.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readModinfo } from './modinfo.ts';

export interface ModuleFile {
  /** As the kernel names it: with underscores. */
  readonly name: string;
  /** Below the folder, without the ending of a compression: `kernel/drivers/net/veth.ko`. */
  readonly path: string;
  /** Uncompressed. */
  readonly content: Buffer;
  readonly depends: readonly string[];
}

export class ModuleFolder {
  readonly folder: string;
  readonly #files = new Map<string, string>();
  readonly #builtIn: ReadonlySet<string>;

  /** @param folder as `/lib/modules/6.1.0-50-cloud-amd64` */
  constructor(folder: string) {
    this.folder = folder;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && MODULE.test(entry.name))
        this.#files.set(moduleName(entry.name), join(entry.parentPath, entry.name));
    }
    const builtIn = join(folder, 'modules.builtin');
    const lines = existsSync(builtIn) ? readFileSync(builtIn, 'utf8').split('\n').filter(Boolean) : [];
    this.#builtIn = new Set(lines.map(moduleName));
  }

  has(name: string): boolean {
    const module = moduleName(name);
    return this.#files.has(module) || this.#builtIn.has(module);
  }

  /**
   * The modules of these names with all they depend on, each after what it depends on. Names that are built in, or that
   * the kernel does not have, are left out.
   * @throws Error when a file cannot be read as a module
   */
  closure(names: readonly string[]): ModuleFile[] {
    const found = new Map<string, ModuleFile>();
    const visit = (name: string): void => {
      const module = moduleName(name);
      const file = this.#files.get(module);
      if (file === undefined || found.has(module)) return;
      const read = this.#read(module, file);
      for (const dependency of read.depends) visit(dependency);
      found.set(module, read);
    };
    for (const name of names) visit(name);
    return [...found.values()];
  }

  /** The release its modules were built for, as one of them says, or null when there is none. */
  release(): string | null {
    const [first] = this.#files;
    if (first === undefined) return null;
    const [release = ''] = readModinfo(uncompressed(first[1])).vermagic.split(' ');
    return release === '' ? null : release;
  }

  #read(name: string, file: string): ModuleFile {
    try {
      const content = uncompressed(file);
      const path = relative(this.folder, file).replace(/\.(xz|zst|gz)$/, '');
      return { name, path, content, depends: readModinfo(content).depends };
    } catch (cause) {
      throw new Error(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
}

const MODULE = /\.ko(\.(xz|zst|gz))?$/;

function moduleName(path: string): string {
  return basename(path).replace(MODULE, '').replaceAll('-', '_');
}

/** The largest module of interest is a few megabytes; this is far above. */
const LARGEST = 64 << 20;

function uncompressed(file: string): Buffer {
  const run = (program: string): Buffer => execFileSync(program, ['-dc', file], { maxBuffer: LARGEST });
  if (file.endsWith('.xz')) return run('xz');
  if (file.endsWith('.zst')) return run('zstd');
  const content = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(content) : content;
}
