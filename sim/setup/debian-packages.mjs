/**
 * The programs and libraries that come from the distribution, each with the Debian package that holds it.
 * A row is asked for by what is used, never by package name, so another distribution's package will do as well.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @typedef {'run' | 'build' | 'test'} Purpose */

/** @type {readonly { package: string, purpose: Purpose, isThere: () => boolean }[]} */
const table = [
  { package: 'user-mode-linux', purpose: 'run', isThere: () => hasProgram('linux.uml') },
  { package: 'libbpf1', purpose: 'run', isThere: () => hasLibrary('libbpf.so.1') },
  { package: 'iperf3', purpose: 'run', isThere: () => hasProgram('iperf3') },
  { package: 'iputils-ping', purpose: 'run', isThere: () => hasProgram('ping') },
  { package: 'tcpdump', purpose: 'run', isThere: () => hasProgram('tcpdump') },
  { package: 'clang', purpose: 'build', isThere: () => hasProgram('clang') },
  { package: 'llvm', purpose: 'build', isThere: () => hasProgram('llvm-strip') },
  { package: 'libbpf-dev', purpose: 'build', isThere: () => existsSync('/usr/include/bpf/bpf_helpers.h') },
  { package: 'linux-libc-dev', purpose: 'build', isThere: () => existsSync('/usr/include/linux/bpf.h') },
  { package: 'bpftool', purpose: 'test', isThere: () => hasProgram('bpftool') },
  { package: 'qemu-system-x86', purpose: 'test', isThere: () => hasProgram('qemu-system-x86_64') },
  { package: 'xz-utils', purpose: 'test', isThere: () => hasProgram('xz') },
  { package: 'cpio', purpose: 'test', isThere: () => hasProgram('cpio') },
  { package: 'gcc', purpose: 'test', isThere: () => hasProgram('gcc') },
  { package: 'libc6-dev', purpose: 'test', isThere: () => existsSync('/usr/include/stdio.h') },
  { package: 'chromium', purpose: 'test', isThere: () => hasProgram('chromium') },
  { package: 'tmux', purpose: 'test', isThere: () => hasProgram('tmux') },
  // To build the kernel of virtual time.
  { package: 'make', purpose: 'test', isThere: () => hasProgram('make') },
  { package: 'binutils', purpose: 'test', isThere: () => hasProgram('ld') },
  { package: 'flex', purpose: 'test', isThere: () => hasProgram('flex') },
  { package: 'bison', purpose: 'test', isThere: () => hasProgram('bison') },
  { package: 'bc', purpose: 'test', isThere: () => hasProgram('bc') },
  { package: 'perl', purpose: 'test', isThere: () => hasProgram('perl') },
  { package: 'patch', purpose: 'test', isThere: () => hasProgram('patch') },
  { package: 'git', purpose: 'test', isThere: () => hasProgram('git') },
];

/**
 * Packages that are wanted for any of the purposes and not there.
 * @param {readonly Purpose[]} purposes
 * @returns {string[]}
 */
export function missingPackages(purposes) {
  return table.filter((row) => purposes.includes(row.purpose) && !row.isThere()).map((row) => row.package);
}

/**
 * The line that installs them, for a person to paste.
 * @param {readonly string[]} packages
 */
export function installLine(packages) {
  return `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/**
 * Installs them with apt-get; needs root.
 * @param {readonly string[]} packages
 * @throws {Error} with apt-get's last lines
 */
export function installPackages(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const result = spawnSync('apt-get', ['-q', ...args], { env, encoding: 'utf8', maxBuffer: 64 << 20 });
    if (result.error !== undefined) throw new Error(`apt-get ${args[0]}: ${result.error.message}`);
    if (result.status !== 0) {
      const tail = `${result.stdout}${result.stderr}`.trim().split('\n').slice(-10).join('\n');
      throw new Error(`apt-get ${args.join(' ')} ended with ${result.status}:\n${tail}`);
    }
  }
}

function hasProgram(name) {
  // An ordinary user's PATH has no sbin on Debian; tcpdump lives there in older releases.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/sbin', '/bin', '/sbin'];
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, name)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasLibrary(name) {
  const roots = ['/usr/lib', '/lib', '/usr/lib64', '/lib64'].filter((root) => existsSync(root));
  const folders = roots.flatMap((root) => [
    root,
    ...readdirSync(root)
      .filter((entry) => entry.endsWith('-linux-gnu'))
      .map((entry) => join(root, entry)),
  ]);
  if (folders.some((folder) => existsSync(join(folder, name)))) return true;
  try {
    return execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).includes(`${name} `);
  } catch {
    return false;
  }
}
