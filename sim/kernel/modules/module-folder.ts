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
  /** Names of the modules that must be in before it. */
  readonly depends: readonly string[];
  /** It was built for; null when it does not say. */
  readonly release: string | null;
}

/** A file that is no module, or a module without what it depends on. */
export class ModuleReadError extends Error {
  override readonly name = 'ModuleReadError';
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

  /** It has no module, and lists none as built in. */
  get isEmpty(): boolean {
    return this.#files.size === 0 && this.#builtIn.size === 0;
  }

  has(name: string): boolean {
    return this.#files.has(moduleName(name)) || this.isBuiltIn(name);
  }

  /** As `modules.builtin` lists it; what can be no module is not listed there. */
  isBuiltIn(name: string): boolean {
    return this.#builtIn.has(moduleName(name));
  }

  /**
   * The modules of these names with all they depend on, each after what it depends on. Names that are built in, or that
   * the kernel does not have, are left out.
   * @throws ModuleReadError when a file cannot be read as a module, or one it depends on is not there
   */
  closure(names: readonly string[]): ModuleFile[] {
    const found = new Map<string, ModuleFile>();
    const visit = (name: string): void => {
      const module = moduleName(name);
      const file = this.#files.get(module);
      if (file === undefined || found.has(module)) return;
      const read = this.#read(module, file);
      for (const dependency of read.depends) {
        if (!this.has(dependency))
          throw new Error(`${file} needs the module ${dependency}, which is not in ${this.folder}`);
        visit(dependency);
      }
      found.set(module, read);
    };
    for (const name of names) visit(name);
    return [...found.values()];
  }

  /** The release its modules were built for, as one of them says, or null when there is none. */
  release(): string | null {
    const [first] = this.#files;
    if (first === undefined) return null;
    const [name, file] = first;
    return this.#read(name, file).release;
  }

  /** An algorithm of the crypto API is named `crc32c`, the module that always has it `crc32c_generic`; it may be built in. */
  #provider(wish: string): string | null {
    return [wish, `${wish}_generic`].find((name) => this.#files.has(moduleName(name))) ?? null;
  }

  #read(name: string, file: string): ModuleFile {
    try {
      const content = uncompressed(file);
      const path = relative(this.folder, file).replace(/\.(xz|zst|gz)$/, '');
      const { depends, before, vermagic } = readModinfo(content);
      const [release = ''] = vermagic.split(' ');
      return {
        name,
        path,
        content,
        depends: [...depends, ...before.flatMap((wish) => this.#provider(wish) ?? [])].map(moduleName),
        release: release === '' ? null : release,
      };
    } catch (cause) {
      throw new ModuleReadError(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
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
