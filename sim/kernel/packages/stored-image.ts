import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelImage } from '../qemu/kernel-image.ts';
import type { StoredKernel } from './store.ts';

/** A kernel of the cache as QEMU boots it. */
export function storedImage({ name, release, folder }: StoredKernel): KernelImage {
  const config = join(folder, 'config');
  return {
    name,
    release,
    vmlinuz: join(folder, 'vmlinuz'),
    modulesFolder: join(folder, 'modules'),
    configFile: existsSync(config) ? config : null,
  };
}
