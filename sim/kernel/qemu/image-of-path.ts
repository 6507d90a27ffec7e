/** A kernel that a person has as files: a vmlinuz, and its modules where distributions put them. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { machineError } from '../machine/machine-error.ts';
import { needsModules, readKernelConfig } from '../modules/lab-options.ts';
import { ModuleFolder, ModuleReadError } from '../modules/module-folder.ts';
import { type KernelImage, releaseOf } from './kernel-image.ts';

/**
 * @param text `VMLINUZ`, or `VMLINUZ,MODULES` where the folder of modules lies elsewhere
 * @throws DiagnosticError of kind `machine`: no such file, no bzImage, no modules, modules of another
 *   release, a comma with no folder behind it
 */
export function imageOfPath(text: string, cwd = process.cwd()): KernelImage {
  const [image = '', given] = text.split(',', 2);
  const vmlinuz = resolve(cwd, image);
  const refuse = (said: string, remedy: string): never => {
    throw machineError({ code: 'E513', attempted: `boot ${image} in QEMU`, said, remedy });
  };
  if (!existsSync(vmlinuz) || !statSync(vmlinuz).isFile())
    return refuse(`${vmlinuz} is no file`, 'name a kernel’s vmlinuz, or a name of `ipvlane kernels list`');
  const release = releaseOf(vmlinuz);
  if (release === null)
    return refuse(
      `${vmlinuz} is no bzImage of Linux`,
      'name the vmlinuz (or bzImage) that the kernel’s build or package made',
    );
  if (given === '')
    return refuse(
      'no folder of modules is named behind the comma',
      `name it, --kernel qemu:${image},FOLDER, or leave the comma out to have them looked for`,
    );
  const candidates = given === undefined ? placesOfModules(vmlinuz, release) : [resolve(cwd, given)];
  const modulesFolder = candidates.find((folder) => existsSync(folder));
  if (modulesFolder === undefined)
    return refuse(
      `the modules of ${release} are not there: looked for ${candidates.join(', ')}`,
      `name their folder too: --kernel qemu:${image},FOLDER`,
    );
  const configFile = configOf(vmlinuz, modulesFolder, release);
  const modules = new ModuleFolder(modulesFolder);
  if (modules.isEmpty && needsModules(readKernelConfig(configFile)))
    return refuse(
      `${modulesFolder} holds no modules of a kernel`,
      `name the folder that does, as lib/modules/${release} of its package: --kernel qemu:${image},FOLDER`,
    );
  const modulesRelease = releaseOfModules(modules, (said) =>
    refuse(said, 'take the modules from the kernel’s build or package again'),
  );
  if (modulesRelease !== null && modulesRelease !== release)
    return refuse(
      `${modulesFolder} holds modules of ${modulesRelease}, the kernel is ${release}`,
      'name the modules of the same build',
    );
  return {
    name: `qemu:${image}`,
    vmlinuz,
    release,
    modulesFolder,
    configFile,
  };
}

function releaseOfModules(modules: ModuleFolder, refuse: (said: string) => never): string | null {
  try {
    return modules.release();
  } catch (error) {
    if (error instanceof ModuleReadError) return refuse(error.message);
    throw error;
  }
}

/** As packages, `make install` with INSTALL_MOD_PATH, and /usr/lib/modules/RELEASE/vmlinuz have them. */
function placesOfModules(vmlinuz: string, release: string): string[] {
  const folder = dirname(vmlinuz);
  return [
    ...(basename(folder) === release ? [folder] : []),
    ...[folder, dirname(folder), '/'].flatMap((root) => [
      join(root, 'lib/modules', release),
      join(root, 'usr/lib/modules', release),
    ]),
    join(folder, 'modules'),
  ];
}

function configOf(vmlinuz: string, modulesFolder: string, release: string): string | null {
  const places = [
    join(dirname(vmlinuz), `config-${release}`),
    join(modulesFolder, 'config'),
    join(dirname(vmlinuz), 'config'),
  ];
  return places.find((path) => existsSync(path)) ?? null;
}
