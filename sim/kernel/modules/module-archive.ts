/** A kernel's modules for its guest: those that the lab needs with what they depend on, unpacked, and the lists depmod would write. */
import { join } from 'node:path';
import type { CpioEntry } from '../initramfs/cpio.ts';
import { OWN_FOLDER } from '../package-files.ts';
import type { ModuleFile, ModuleFolder } from './module-folder.ts';

/** Where the guest has them. */
export const GUEST_MODULES_FOLDER = `${OWN_FOLDER}/modules`;

/**
 * @param builtIn whether the kernel has a module's function without the module
 * @throws Error when a module cannot be read
 */
export function moduleEntries(
  modules: ModuleFolder,
  names: readonly string[],
  builtIn: (name: string) => boolean,
): CpioEntry[] {
  const files = modules.closure(names);
  const text = (name: string, lines: readonly string[]): CpioEntry => ({
    kind: 'file',
    path: join(GUEST_MODULES_FOLDER, name),
    mode: 0o644,
    content: Buffer.from(lines.map((line) => `${line}\n`).join('')),
  });
  return [
    { kind: 'folder', path: OWN_FOLDER },
    { kind: 'folder', path: GUEST_MODULES_FOLDER },
    text(
      'modules.dep',
      files.map((file) => `${flat(file)}: ${before(file, files).map(flat).join(' ')}`),
    ),
    text(
      'modules.builtin',
      names.filter(builtIn).map((name) => `kernel/${name}.ko`),
    ),
    ...files.map((file): CpioEntry => {
      return { kind: 'file', path: join(GUEST_MODULES_FOLDER, flat(file)), mode: 0o644, content: file.content };
    }),
  ];
}

function flat({ name }: ModuleFile): string {
  return `${name}.ko`;
}

/** All it depends on, what must go in first last: as modules.dep has it. */
function before(file: ModuleFile, files: readonly ModuleFile[]): ModuleFile[] {
  const wanted = new Set(file.depends);
  // `files` is ordered: what a module depends on comes before it.
  for (const other of files.toReversed())
    if (wanted.has(other.name)) for (const name of other.depends) wanted.add(name);
  return files.filter(({ name }) => wanted.has(name)).toReversed();
}
