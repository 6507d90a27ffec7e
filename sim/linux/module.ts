/** Kernel modules by finit_module(2), so that no modprobe need be installed. */
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { SystemCallError, errnoName, lastErrno } from './errno.ts';
import * as libc from './libc.ts';

/**
 * Loads modules and what they depend on. One that is built in, or loaded already, is fine.
 *
 * @param moduleDir the folder with `modules.dep`: `/lib/modules/6.1.0-9-amd64`.
 * @param names as modprobe takes them; `-` and `_` are the same.
 * @throws SystemCallError when the kernel refuses one, or cannot read its compression.
 * @throws UnknownModuleError when the folder has no such module: the kernel was built without it.
 */
export function loadModules(moduleDir: string, names: readonly string[]): void {
  const tree = readModuleTree(moduleDir);
  const done = new Set<string>();
  for (const name of names) {
    for (const path of loadOrder(tree, name, moduleDir)) {
      if (!done.has(path)) insert(path);
      done.add(path);
    }
  }
}

/** No module of that name for this kernel. */
export class UnknownModuleError extends Error {
  override readonly name = 'UnknownModuleError';
  readonly module: string;

  constructor(module: string, moduleDir: string) {
    super(`kernel module ${module} is neither in ${moduleDir} nor built in; choose a kernel that has it`);
    this.module = module;
  }
}

export interface ModuleTree {
  /** Module name to the paths to insert, in order, its own last. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  readonly builtIn: ReadonlySet<string>;
}

/** Reads `modules.dep` and `modules.builtin` (depmod(8)); a missing file is an empty one. */
export function readModuleTree(moduleDir: string): ModuleTree {
  const lines = (file: string) => {
    const path = join(moduleDir, file);
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
  };
  const absolute = (path: string) => (isAbsolute(path) ? path : join(moduleDir, path));
  const paths = lines('modules.dep').map((line) => {
    const [own = '', dependencies = ''] = line.split(':');
    // depmod writes what must go in first last.
    const order = [own, ...dependencies.split(' ').filter(Boolean)].reverse().map(absolute);
    return [moduleName(own), order] as const;
  });
  return { paths: new Map(paths), builtIn: new Set(lines('modules.builtin').map(moduleName)) };
}

function loadOrder(tree: ModuleTree, name: string, moduleDir: string): readonly string[] {
  const module = moduleName(name);
  if (tree.builtIn.has(module) || existsSync(`/sys/module/${module}`)) return [];
  const order = tree.paths.get(module);
  if (order === undefined) throw new UnknownModuleError(name, moduleDir);
  return order;
}

const MODULE_INIT_COMPRESSED_FILE = 4;

function insert(path: string): void {
  const compression = /\.(xz|zst|gz)$/.exec(path)?.[1];
  const fd = openSync(path, 'r');
  let errno: number;
  try {
    const flags = compression === undefined ? 0 : MODULE_INIT_COMPRESSED_FILE;
    if (libc.finitModule(fd, '', flags) >= 0) return;
    errno = lastErrno();
  } finally {
    closeSync(fd);
  }
  const code = errnoName(errno);
  if (code === 'EEXIST') return;
  const attempted = `load kernel module ${path}`;
  const remedy =
    compression === undefined
      ? MODULE_REMEDIES[code]
      : `this kernel may be unable to unpack .${compression} itself (5.17, CONFIG_MODULE_DECOMPRESS): unpack the module first`;
  throw new SystemCallError({ syscall: 'finit_module', errno, attempted, ...(remedy === undefined ? {} : { remedy }) });
}

const MODULE_REMEDIES: Readonly<Record<string, string>> = {
  EPERM: 'it needs root in the first user namespace (CAP_SYS_MODULE) and kernel.modules_disabled at 0',
  ENOEXEC: 'it was built for another kernel: give the module folder of the release that is running',
  ENOSYS: 'this kernel takes no modules: everything must be built in',
};

function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.(xz|zst|gz))?$/, '')
    .replaceAll('-', '_');
}
