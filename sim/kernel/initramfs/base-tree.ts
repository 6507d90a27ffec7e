/**
 * The part of an initramfs that is the same for every kernel: this machine's Node and tools with their libraries, and what
 * they expect of a root file system. Nothing of it can be written back: the guest has a copy.
 */
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { machineError } from '../machine/machine-error.ts';
import { findProgram } from '../machine/program.ts';
import { interpreter, sharedLibraries } from './shared-libraries.ts';
import { Tree } from './tree.ts';

/** Without these nothing starts. */
const REQUIRED = ['sh', 'mount', 'unshare', 'mkdir', 'sleep'] as const;

/** What the agent starts when a plan asks for it, and what a person wants in `ipvlane exec`; taken when it is there. */
const WANTED = [
  ...['iperf3', 'ping', 'tcpdump'],
  ...['ip', 'tc', 'ss', 'bash', 'cat', 'ls', 'env', 'grep', 'ps', 'id', 'setpriv', 'dmesg', 'nc', 'curl'],
] as const;

/** Opened by name while running; libelf and the like come with them. */
const OPENED_LIBRARIES = ['libbpf.so.1'] as const;

/** Folders at the root that are links into /usr on a machine with a merged one. */
const MERGED = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'] as const;

/** @param node the Node to take along @throws DiagnosticError of kind `machine` when a required part is not there */
export function baseTree(node = realpathSync(process.execPath)): Tree {
  const tree = new Tree();
  for (const folder of ['/dev', '/proc', '/sys', '/run', '/root', '/var/tmp'])
    tree.add({ kind: 'folder', path: folder });
  tree.add({ kind: 'folder', path: '/tmp', mode: 0o1777 });
  tree.add({ kind: 'device', path: '/dev/console', mode: 0o600, major: 5, minor: 1 });
  tree.add({ kind: 'device', path: '/dev/null', mode: 0o666, major: 1, minor: 3 });
  for (const name of MERGED) {
    if (existsSync(`/${name}`) && lstatSync(`/${name}`).isSymbolicLink())
      tree.add({ kind: 'link', path: `/${name}`, target: readlinkSync(`/${name}`) });
  }
  addText(tree, '/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
  addText(tree, '/etc/group', 'root:x:0:\nnogroup:x:65534:\n');
  addText(tree, '/etc/hosts', '127.0.0.1 localhost\n::1 localhost\n');
  addProgram(tree, node, '/usr/bin/node');
  for (const name of REQUIRED) addProgram(tree, required(name));
  for (const name of WANTED) {
    const path = findProgram(name);
    if (path !== null) addProgram(tree, path);
  }
  for (const name of OPENED_LIBRARIES) addLibrary(tree, findLibrary(name, node), node);
  return tree;
}

/** Adds a library with those it needs, as `program` would load it. */
export function addLibrary(tree: Tree, path: string, program: string, place?: string): void {
  tree.copy(path, place);
  for (const library of sharedLibraries(path, interpreter(program))) tree.copy(library);
}

function addProgram(tree: Tree, path: string, place = join('/usr/bin', basename(path))): void {
  tree.copy(path, place);
  for (const library of sharedLibraries(realpathSync(path))) tree.copy(library);
}

function addText(tree: Tree, path: string, text: string): void {
  tree.add({ kind: 'file', path, mode: 0o644, content: Buffer.from(text) });
}

function required(name: string): string {
  const path = findProgram(name);
  if (path !== null) return path;
  throw machineError({
    code: 'E513',
    attempted: 'make the root file system of a guest',
    said: `${name} is not on this machine`,
    remedy: 'sudo apt-get install -y --no-install-recommends util-linux mount dash coreutils',
  });
}

/** Looks where the program's own libraries lie. */
function findLibrary(name: string, program: string): string {
  const folders = new Set(sharedLibraries(program).map((path) => dirname(path)));
  const path = [...folders, '/usr/lib', '/usr/lib64']
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (path !== undefined) return path;
  throw machineError({
    code: 'E513',
    attempted: 'make the root file system of a guest',
    said: `${name} is not on this machine`,
    remedy: 'sudo apt-get install -y --no-install-recommends libbpf1',
  });
}
