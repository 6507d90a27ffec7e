/** Kernel modules of a guest, which has nobody else to load them. */
import { existsSync, writeFileSync } from 'node:fs';
import { loadModules, readModuleTree } from '../linux/module.ts';

/** Once it holds 1, a kernel takes no module any more, until it ends. */
const MODULES_DISABLED = '/proc/sys/kernel/modules_disabled';

/**
 * Loads what a lab can need, and has the kernel take no other from then on: what runs in the lab is root there.
 * @param folder of `modules.dep`; empty where the kernel loads its modules by itself (the host)
 * @param names separated by commas
 * @returns those that this kernel was built without; whatever needs one will say so in its own words
 * @throws SystemCallError when the kernel refuses one
 */
export function loadGuestModules(folder: string, names: string): readonly string[] {
  if (folder === '') return [];
  const { paths, builtIn } = readModuleTree(folder);
  const wanted = names.split(',').filter((name) => name !== '');
  const isKnown = (name: string): boolean =>
    paths.has(name.replaceAll('-', '_')) || builtIn.has(name.replaceAll('-', '_'));
  // All by one call: it reads the folder's lists once, which takes a guest longer than loading does.
  loadModules(folder, wanted.filter(isKnown));
  if (existsSync(MODULES_DISABLED)) writeFileSync(MODULES_DISABLED, '1');
  return wanted.filter((name) => !isKnown(name));
}
