/** What building a kernel takes, and the Debian package that brings each. */
import { existsSync } from 'node:fs';
import { machineError } from '../machine/machine-error.ts';
import { findProgram } from '../machine/program.ts';

const TOOLS: readonly { readonly name: string; readonly package: string; readonly isThere?: () => boolean }[] = [
  { name: 'gcc', package: 'gcc' },
  { name: 'C headers', package: 'libc6-dev', isThere: () => existsSync('/usr/include/stdio.h') },
  { name: 'make', package: 'make' },
  { name: 'ld', package: 'binutils' },
  { name: 'flex', package: 'flex' },
  { name: 'bison', package: 'bison' },
  { name: 'bc', package: 'bc' },
  { name: 'perl', package: 'perl' },
  { name: 'patch', package: 'patch' },
  { name: 'xz', package: 'xz-utils' },
  { name: 'tar', package: 'tar' },
  { name: 'dpkg-deb', package: 'dpkg' },
];

/** @throws DiagnosticError of kind `machine` that names all that are missing, with the line that installs them */
export function requireBuildTools(): void {
  const missing = TOOLS.filter(({ name, isThere }) => !(isThere?.() ?? findProgram(name) !== null));
  if (missing.length === 0) return;
  throw machineError({
    code: 'E521',
    attempted: 'build a kernel',
    said: `not on this machine: ${missing.map(({ name }) => name).join(', ')}`,
    remedy: `sudo apt-get install -y --no-install-recommends ${missing.map((tool) => tool.package).join(' ')}`,
  });
}
