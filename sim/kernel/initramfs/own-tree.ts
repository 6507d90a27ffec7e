/** The part of an initramfs that is ours: the agent, the eBPF object, and the native module the agent calls the kernel through. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { builtFile, koffiPackages, OWN_FOLDER, ownFiles } from '../package-files.ts';
import { addLibrary } from './base-tree.ts';
import { Tree } from './tree.ts';

export interface OwnParts {
  /** The bundled agent; another one in tests. */
  readonly agent?: string;
  /** What the agent is to do, where it hears nothing later. */
  readonly script?: string;
}

export function ownTree({ agent = builtFile('agent.cjs'), script }: OwnParts = {}): Tree {
  const tree = new Tree();
  tree.copy(builtFile('qemu-init.sh'), '/init');
  for (const [name, file] of Object.entries(ownFiles(agent))) tree.copy(file, join(OWN_FOLDER, name));
  if (script !== undefined)
    tree.add({ kind: 'file', path: join(OWN_FOLDER, 'script.json'), mode: 0o600, content: Buffer.from(script) });
  addKoffi(tree);
  return tree;
}

/** Of koffi what runs here: the musl build beside the library is for other machines. */
function addKoffi(tree: Tree): void {
  const library = join(`${process.platform}_${process.arch}`, 'koffi.node');
  for (const { name, folder } of koffiPackages()) {
    const at = join(OWN_FOLDER, 'node_modules', name);
    copyScripts(tree, folder, at);
    const native = join(folder, library);
    if (existsSync(native)) addLibrary(tree, native, realpathSync(process.execPath), join(at, library));
  }
}

function copyScripts(tree: Tree, from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && /\.(c?js|json)$/.test(entry.name) && entry.name !== 'cnoke.cjs')
      tree.copy(path, join(to, path.slice(from.length)));
  }
}
