import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Compiles a C file of this folder for the eBPF machine into a temporary folder in `parent`; disposing takes the folder away. */
export function compileBpf(name: string, parent = tmpdir()): { readonly path: string } & Disposable {
  const folder = mkdtempSync(join(parent, 'ipvlane-bpf-'));
  const path = join(folder, name.replace(/\.c$/, '.o'));
  const multiarch = `/usr/include/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  const source = join(import.meta.dirname, name);
  execFileSync('clang', ['-O2', '-g', '-target', 'bpf', '-I', multiarch, '-c', source, '-o', path], { stdio: 'pipe' });
  return { path, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
