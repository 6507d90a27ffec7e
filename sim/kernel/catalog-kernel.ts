/** A kernel of the catalog, pulled when it is started and not here yet. */
import { join } from 'node:path';
import type { Kernel, KernelOptions, KernelReport } from './kernel.ts';
import type { CatalogEntry } from './packages/catalog.ts';
import { pullKernel } from './packages/pull.ts';
import type { StoredKernel } from './packages/store.ts';
import { storedKernel } from './packages/store.ts';
import { storedImage } from './packages/stored-image.ts';
import { qemuKernel } from './qemu/qemu.ts';
import { installedUmlRelease, storedUmlKernel, umlKernel } from './uml/uml.ts';

export function catalogKernel(entry: CatalogEntry): Kernel {
  return entry.kind === 'qemu' ? stockKernel(entry) : userModeKernel(entry);
}

function stockKernel(entry: CatalogEntry): Kernel {
  return qemuKernel(entry.name, {
    here: () => {
      const stored = storedKernel(entry.name);
      return stored === null ? null : storedImage(stored);
    },
    find: async (onProgress, signal) => storedImage(await pulled(entry, onProgress, signal)),
  });
}

/** The one that is installed, if it is of that series; else a pulled one, which runs from the cache. */
function userModeKernel(entry: CatalogEntry): Kernel {
  const { name } = entry;
  const series = name.slice(name.indexOf(':') + 1);
  if (installedUmlRelease()?.startsWith(`${series}.`) === true) return umlKernel({}, name);
  return {
    name,
    kind: 'uml',
    clocks: ['real'],
    inspect: async (): Promise<KernelReport> => {
      const stored = storedKernel(name);
      if (stored !== null) return umlOf(stored).inspect();
      const report = await umlKernel().inspect();
      // What the installed one has or lacks is not this one's.
      const others = report.requirements.filter(({ name }) => name !== 'linux.uml' && name !== 'kernel modules');
      const fix = `ipvlane kernels pull ${name}`;
      const missing = { name: 'kernel', met: true, detail: 'not here yet; it is pulled when first used', fix };
      return { name, release: null, usable: others.every(({ met }) => met), requirements: [missing, ...others] };
    },
    start: async (options) => umlOf(await pulled(entry, progressOf(options), options.signal)).start(options),
  };
}

function umlOf({ name, folder, release }: StoredKernel): Kernel {
  return storedUmlKernel({
    name,
    release,
    program: join(folder, 'linux.uml'),
    modulesFolder: join(folder, 'modules'),
  });
}

/** Each phase is said once: how far it is belongs to `ipvlane kernels pull`. */
async function pulled(
  entry: CatalogEntry,
  onProgress: (words: string) => void,
  signal?: AbortSignal,
): Promise<StoredKernel> {
  let last = '';
  return pullKernel(entry, {
    ...(signal === undefined ? {} : { signal }),
    onProgress: (words) => {
      if (words !== last) onProgress(words);
      last = words;
    },
  });
}

function progressOf(options: KernelOptions): (words: string) => void {
  return options.onProgress ?? (() => undefined);
}
