/** The part of an initramfs that is ours: the agent, the eBPF object, and the native module the agent calls the kernel through. */
import { readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { builtFile } from '../package-files.ts';
import { addLibrary } from './base-tree.ts';
import { Tree } from './tree.ts';

/** Where it lies in the guest. */
export const OWN_FOLDER = '/ipvlane';

export interface OwnParts {
  /** The bundled agent; another one in tests. */
  readonly agent?: string;
  /** What the agent is to do, where it hears nothing later. */
  readonly script?: string;
}

export function ownTree({ agent = builtFile('agent.cjs'), script }: OwnParts = {}): Tree {
  const tree = new Tree();
  tree.copy(builtFile('qemu-init.sh'), '/init');
  const [main, given] = [join(OWN_FOLDER, 'agent.cjs'), join(OWN_FOLDER, basename(agent))];
  tree.copy(agent, given);
  // Node tells a module from a script by the file's name.
  if (given !== main) tree.add({ kind: 'link', path: main, target: basename(agent) });
  tree.copy(builtFile('dataplane.bpf.o'), join(OWN_FOLDER, 'dataplane.bpf.o'));
  if (script !== undefined)
    tree.add({ kind: 'file', path: join(OWN_FOLDER, 'script.json'), mode: 0o600, content: Buffer.from(script) });
  addKoffi(tree);
  return tree;
}

/** koffi's scripts, and its build for this machine, which lies in a package of its own: `@koromix/koffi-linux-x64`. */
function addKoffi(tree: Tree): void {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('koffi');
  const koffi = dirname(entry);
  const native = `@koromix/koffi-${process.platform}-${process.arch}`;
  const addon = dirname(createRequire(entry).resolve(native));
  const modules = join(OWN_FOLDER, 'node_modules');
  copyScripts(tree, koffi, join(modules, 'koffi'));
  copyScripts(tree, addon, join(modules, native));
  // The musl build beside it is for other machines.
  const library = join(`${process.platform}_${process.arch}`, 'koffi.node');
  addLibrary(tree, join(addon, library), realpathSync(process.execPath), join(modules, native, library));
}

function copyScripts(tree: Tree, from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.(c?js|json)$/.test(entry.name) && entry.name !== 'cnoke.cjs')
      tree.copy(path, join(to, path.slice(from.length)));
  }
}
