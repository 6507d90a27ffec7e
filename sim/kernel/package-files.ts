/** Where the files that a kernel is started with lie: this package's `dist/`. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { machineError } from './machine/machine-error.ts';

/** The package's folder: the nearest one upwards whose package.json is ipvlane's, from source and from the bundle alike. */
export function packageFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'ipvlane')
      return folder;
    if (folder === dirname(folder)) throw new Error(`${import.meta.dirname} lies in no ipvlane package`);
  }
}

/**
 * The absolute path of a built file, such as `agent.cjs`.
 * @throws DiagnosticError of kind `machine` when it was not built, or not packed.
 */
export function builtFile(name: string): string {
  const path = join(packageFolder(), 'dist', name);
  if (existsSync(path)) return path;
  throw machineError({
    code: 'E511',
    attempted: 'find a part of ipvlane',
    said: `${path} is not there`,
    remedy: 'run `npm run build` in a clone, or install the package again',
  });
}

/** Where our own files lie in a guest, whichever kernel it runs (uml-enclose.sh, qemu-init.sh). */
export const OWN_FOLDER = '/ipvlane';

/**
 * What lies there beside koffi, by its name: the file here, without symbolic links. Node tells a module from a script by the end of
 * the file's name.
 * @param agent the bundled one, or another in tests
 */
export function ownFiles(agent: string): Readonly<Record<string, string>> {
  return {
    [`agent${extname(agent)}`]: realpathSync(agent),
    'dataplane.bpf.o': realpathSync(builtFile('dataplane.bpf.o')),
  };
}

/**
 * The native module through which the agent calls the kernel: koffi's scripts, and its build for this machine, which lies in a
 * package of its own (`@koromix/koffi-linux-x64`). Each is to lie below one `node_modules` by its name.
 */
export function koffiPackages(): { readonly name: string; readonly folder: string }[] {
  const entry = createRequire(import.meta.url).resolve('koffi');
  const native = `@koromix/koffi-${process.platform}-${process.arch}`;
  const addon = createRequire(entry).resolve(native);
  return [
    { name: 'koffi', folder: dirname(realpathSync(entry)) },
    { name: native, folder: dirname(realpathSync(addon)) },
  ];
}
