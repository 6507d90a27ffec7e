/** The command that boots user-mode Linux in its enclosure (uml-enclose.sh). Pure: everything about the machine is an argument. */

import type { Clock } from '../../trace/record.ts';
import { GUEST_MODULES } from '../guest-modules.ts';
import { OWN_FOLDER } from '../package-files.ts';

/** Everything the command depends on; all paths are absolute. */
export interface UmlSetting {
  readonly clock: Clock;
  /** Of the random numbers under a virtual clock; 1 or more. */
  readonly seed: number;
  readonly memoryMiB: number;
  readonly enclosure: string;
  readonly init: string;
  /**
   * What lies in the guest's own folder, the only one that it can write to: by its name there, the file or folder of the machine. Where the machine keeps it is
   * nothing that a guest sees, so that a run in virtual time is the same in every folder. `PROGRAM`, `node` and the
   * agent (`ownFiles`) are among them.
   */
  readonly own: Readonly<Record<string, string>>;
  /** An existing folder that nothing the guest needs lies in: inside the enclosure, the guest's root is built over it. */
  readonly workFolder: string;
  /** The folders and files of the machine that the guest sees at their own paths, besides what the enclosure always shows. */
  readonly shown: readonly string[];
  /** Folders that become writable and empty in the guest. */
  readonly guestTmpfs: readonly string[];
  readonly modulesFolder: string | null;
  /** `root`: namespaces by right; `user-namespace`: an ordinary user's. */
  readonly privilege: 'root' | 'user-namespace';
}

/**
 * Built-in drivers that only cost boot time: the RAID benchmark alone is 0.2-0.8 s, 256 BSD terminals 0.1-0.6 s
 * (0.5 s instead of 1.4 s from start to init, UML 6.1 on a quiet machine). A name that a release does not have is ignored.
 */
const LEFT_OUT = ['raid6_select_algo', 'calibrate_xor_blocks', 'init_btrfs_fs', 'init_zswap', 'init_jfs_fs'];

/** What the guest's process has of its own, as unshare(1) says it. */
export const NAMESPACES = ['--mount', '--net', '--ipc', '--pid'] as const;

const CLOCK_ARGUMENTS: Readonly<Record<Clock, readonly string[]>> = {
  // The console speaks on descriptor 1; serial line 0 is the agent's, on descriptors 3 and 4.
  // Warnings (level 4) are what a SPLAT is told by; `quiet` would keep them back.
  real: ['loglevel=5', 'con=null', 'con0=null,fd:1', 'ssl=null', 'ssl0=fd:3,fd:4'],
  // No terminal has an interrupt that could come from outside: the console only prints (ttynull is /dev/console).
  // The kernel's messages up to warnings, which is how /dev/kmsg takes what a program says.
  virtual: [
    ...['time-travel=inf-cpu', `time-travel-start=${Date.UTC(2026, 0, 1)}000000`, 'norandmaps'],
    ...['con=null', 'con0=null,fd:1', 'ssl=null', 'console=tty0', 'console=ttynull', 'loglevel=5'],
    'printk.devkmsg=on',
  ],
};

/** What the guest's kernel is called in its own folder. */
export const PROGRAM = 'linux.uml';

export function umlArgv(setting: UmlSetting): [string, ...string[]] {
  const user = setting.privilege === 'user-namespace' ? ['--user', '--map-root-user'] : [];
  return [
    // Whoever kills the front end kills unshare; unshare's child is PID 1 of a namespace and takes all with it.
    ...(['setpriv', '--pdeathsig', 'KILL'] as const),
    ...['unshare', ...user, ...NAMESPACES, '--fork', '--kill-child'],
    ...['sh', setting.enclosure, setting.workFolder, setting.init],
    ...[...Object.entries(setting.own).flat(), '--', ...setting.shown, '--'],
    `${OWN_FOLDER}/${PROGRAM}`,
    `mem=${setting.memoryMiB}M`,
    ...['root=/dev/root', 'rootfstype=hostfs', 'hostfs=/', 'ro', `init=${OWN_FOLDER}/init`],
    ...CLOCK_ARGUMENTS[setting.clock],
    ...[`uml_dir=${OWN_FOLDER}`, 'pty.legacy_count=0', `initcall_blacklist=${LEFT_OUT.join(',')}`],
    `ipvlane_clock=${setting.clock}`,
    `ipvlane_seed=${setting.seed}`,
    `ipvlane_user=${setting.privilege === 'user-namespace' ? 'yes' : ''}`,
    `ipvlane_tmpfs=${setting.guestTmpfs.join(':')}`,
    `ipvlane_modules=${setting.modulesFolder ?? ''}`,
    `ipvlane_load=${setting.modulesFolder === null ? '' : GUEST_MODULES.join(',')}`,
  ];
}

/**
 * The first folder of the candidates that none of the needed paths lies in.
 * @param exists whether a folder is there
 */
export function chooseWorkFolder(needed: readonly string[], exists: (folder: string) => boolean): string | null {
  const candidates = ['/mnt', '/media', '/srv', '/opt', '/var/tmp', '/var/mail', '/var/opt'];
  return candidates.find((folder) => exists(folder) && !needed.some((path) => isBelow(path, folder))) ?? null;
}

/** The folders that programs expect to be writable, without those that would hide something needed. */
export function guestTmpfs(needed: readonly string[]): string[] {
  return ['/run', '/tmp', '/var/tmp'].filter((folder) => !needed.some((path) => isBelow(path, folder)));
}

/**
 * What is shown of the machine at its own path, the outermost of each: the system's programs, and what else is needed.
 * @param needed paths without symbolic links
 */
export function shownPaths(needed: readonly string[]): string[] {
  const wanted = ['/usr', ...needed];
  return [...new Set(wanted)].filter((path) => !wanted.some((other) => other !== path && isBelow(path, other)));
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
