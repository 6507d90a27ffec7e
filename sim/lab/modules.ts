/** Kernel modules of a guest, which has nobody else to load them. */
import { UnknownModuleError, loadModules } from '../linux/module.ts';

/**
 * @param folder of `modules.dep`; empty where the kernel loads its modules by itself (the host)
 * @param names separated by commas
 * @returns those that this kernel was built without; whatever needs one will say so in its own words
 * @throws SystemCallError when the kernel refuses one
 */
export function loadGuestModules(folder: string, names: string): readonly string[] {
  if (folder === '') return [];
  return names.split(',').filter((name) => {
    try {
      if (name !== '') loadModules(folder, [name]);
      return false;
    } catch (error) {
      if (error instanceof UnknownModuleError) return true;
      throw error;
    }
  });
}
