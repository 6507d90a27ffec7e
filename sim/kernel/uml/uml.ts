/**
 * User-mode Linux: a Linux kernel as an ordinary process, in an enclosure that shows it the machine's programs, read-only.
 * Needs no root, no KVM and no image. https://docs.kernel.org/virt/uml/user_mode_linux_howto_v2.html
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock } from '../../trace/record.ts';
import { TERMINAL_WINDOW } from '../control/credit-window.ts';
import { refuseMoreThanThereIs, refuseTooLittle } from './guest-memory.ts';
import {
  FIRST_SEED,
  type Kernel,
  type KernelOptions,
  type KernelReport,
  type Requirement,
  type RunningKernel,
} from '../kernel.ts';
import { launch } from '../launch.ts';
import { machineError, type MachineFault } from '../machine/machine-error.ts';
import { builtFile, koffiPackages, ownFiles } from '../package-files.ts';
import { findProgram } from '../machine/program.ts';
import { programRequirement, refuseUnmet } from '../machine/requirement.ts';
import {
  chooseWorkFolder,
  guestTmpfs,
  NAMESPACES,
  PROGRAM,
  shownPaths,
  umlArgv,
  type UmlSetting,
} from './uml-command.ts';

const MODULES_ROOT = '/usr/lib/uml/modules';
const NAMESPACES_FIX = 'sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0';

export interface UmlParts {
  /** The bundled agent; another one in tests. */
  readonly agent: string;
  readonly program: string;
  readonly helloTimeoutMs: number;
  /** Folders of the machine that the guest sees besides what a lab needs; for tests. */
  readonly shown: readonly string[];
}

/** What tells one User-mode Linux from another. */
interface Flavour {
  readonly name: string;
  readonly program: () => string;
  /** null: the bundled one. */
  readonly agent: string | null;
  readonly helloTimeoutMs: number;
  readonly shown: readonly string[];
  readonly clock: Clock;
  /** The program itself, and its modules. */
  readonly own: () => { readonly release: string | null; readonly requirements: readonly Requirement[] };
  /** Where its modules lie; null where everything is built in. */
  readonly modulesFolder: string | null;
}

/** The User-mode Linux that Debian's package installs. */
export function umlKernel(parts: Partial<UmlParts> = {}, name = 'uml'): Kernel {
  const program = parts.program ?? 'linux.uml';
  const modulesFolder = installedModules();
  return flavoured({
    name,
    clock: 'real',
    modulesFolder,
    own: () => debianPackage(program, modulesFolder),
    ...defaults(parts, () => program),
  });
}

/** One that lies elsewhere, unpacked from such a package. */
export function storedUmlKernel(
  stored: {
    readonly name: string;
    readonly release: string;
    readonly program: string;
    readonly modulesFolder: string;
  },
  parts: Pick<Partial<UmlParts>, 'agent'> = {},
): Kernel {
  const { name, release, program, modulesFolder } = stored;
  const row: Requirement = { name: 'kernel', met: true, detail: program, fix: null };
  return flavoured({
    name,
    clock: 'real',
    modulesFolder,
    own: () => ({ release, requirements: [row] }),
    ...defaults(parts, () => program),
  });
}

/**
 * A User-mode Linux built for virtual time (uml-virtual/build.ts): its processor is infinitely fast, and its clock goes
 * on only while everything sleeps. Everything it needs is built in.
 * @param built looked at when it is asked for: its release is null when it was not built
 */
export function umlVirtualKernel(
  built: () => { readonly program: string; readonly release: string | null },
  parts: Partial<UmlParts> = {},
): Kernel {
  const own = (): ReturnType<Flavour['own']> => {
    const { program, release } = built();
    const detail = release === null ? 'not built, or by another release of ipvlane' : program;
    const fix = release === null ? 'ipvlane kernels build uml-virtual' : null;
    return { release, requirements: [{ name: 'uml-virtual', met: release !== null, detail, fix }] };
  };
  return flavoured({
    name: 'uml-virtual',
    clock: 'virtual',
    modulesFolder: null,
    own,
    ...defaults(parts, () => built().program),
  });
}

function defaults(
  { agent, helloTimeoutMs = 60_000, shown = [] }: Partial<UmlParts>,
  program: () => string,
): Pick<Flavour, 'agent' | 'program' | 'helloTimeoutMs' | 'shown'> {
  return { agent: agent ?? null, program, helloTimeoutMs, shown };
}

function flavoured(flavour: Flavour): Kernel {
  return {
    name: flavour.name,
    kind: 'uml',
    clocks: [flavour.clock],
    inspect: () => Promise.resolve(inspect(flavour)),
    start: async (options) => start(flavour, options),
  };
}

function inspect({ name, own }: Flavour): KernelReport {
  const { release, requirements: of } = own();
  const requirements: Requirement[] = [
    ...of,
    namespaces(),
    ...['setpriv', 'unshare', 'mount'].map((name) =>
      programRequirement(name, name === 'mount' ? 'mount' : 'util-linux'),
    ),
    programRequirement('iperf3', 'iperf3'),
    programRequirement('ping', 'iputils-ping'),
  ];
  return { name, release, usable: requirements.every(({ met }) => met), requirements };
}

function debianPackage(program: string, modulesFolder: string | null): ReturnType<Flavour['own']> {
  const release = modulesFolder === null ? null : basename(modulesFolder);
  const modules: Requirement = {
    name: 'kernel modules',
    met: modulesFolder !== null,
    detail: modulesFolder ?? `${MODULES_ROOT} holds none`,
    fix: modulesFolder === null ? 'sudo apt-get install user-mode-linux' : null,
  };
  return { release, requirements: [programRequirement(program, 'user-mode-linux'), modules] };
}

function namespaces(): Requirement {
  const name = 'namespaces of one’s own';
  if (privilegeHere() === 'root') return { name, met: true, detail: 'root', fix: null };
  const tried = spawnSync('unshare', ['--user', '--map-root-user', ...NAMESPACES, '--fork', 'true'], {
    encoding: 'utf8',
  });
  const met = tried.status === 0;
  const said = tried.error?.message ?? tried.stderr.trim();
  const detail = met
    ? 'user namespaces are allowed'
    : `this machine refuses a user namespace with network, mount, IPC and PID namespaces in it: ${said}`;
  return { name, met, detail, fix: met ? null : NAMESPACES_FIX };
}

const CAP_SYS_ADMIN = 21n;

/** Root makes namespaces by right, unless it is a container's, from which that was taken: it asks as everybody else does. */
function privilegeHere(): UmlSetting['privilege'] {
  if (process.getuid?.() !== 0) return 'user-namespace';
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${effective}`) >> CAP_SYS_ADMIN) & 1n ? 'root' : 'user-namespace';
}

/** What Debian's package brought: a folder of the release's name. */
function installedModules(): string | null {
  const release = existsSync(MODULES_ROOT) ? readdirSync(MODULES_ROOT).sort().at(-1) : undefined;
  return release === undefined ? null : join(MODULES_ROOT, release);
}

/** The release of the User-mode Linux that is installed on this machine, or null. */
export function installedUmlRelease(): string | null {
  const folder = findProgram('linux.uml') === null ? null : installedModules();
  return folder === null ? null : basename(folder);
}

async function start(flavour: Flavour, options: KernelOptions): Promise<RunningKernel> {
  refuseUnmet(inspect(flavour), 'boot user-mode Linux');
  refuseMoreThanThereIs('boot user-mode Linux', options.memoryMiB);
  refuseTooLittle('boot user-mode Linux', options.memoryMiB, options.script);
  const setting = settingOf(flavour, options);
  return launch(
    {
      kind: 'uml',
      attempted: 'boot user-mode Linux',
      clock: flavour.clock,
      window: TERMINAL_WINDOW,
      line: 'two descriptors',
      argv: umlArgv(setting),
      env: {
        PATH: process.env.PATH,
        IPVLANE_PRIVILEGE: setting.privilege,
        ...(flavour.clock === 'virtual' ? { IPVLANE_SCRIPTED: 'yes' } : {}),
      },
      helloTimeoutMs: flavour.helloTimeoutMs,
      explain,
    },
    options,
  );
}

function settingOf(flavour: Flavour, options: KernelOptions): UmlSetting {
  const { modulesFolder, clock } = flavour;
  const named = flavour.program();
  const own = {
    [PROGRAM]: realpathSync(findProgram(named) ?? named),
    node: realpathSync(process.execPath),
    ...ownFiles(flavour.agent ?? builtFile('agent.cjs')),
    ...Object.fromEntries(koffiPackages().map(({ name, folder }) => [join('node_modules', name), folder])),
  };
  const shown = [...(modulesFolder === null ? [] : [modulesFolder]), ...flavour.shown].map((path) =>
    realpathSync(path),
  );
  const workFolder = chooseWorkFolder([...Object.values(own), ...shown], existsSync);
  if (workFolder === null)
    throw machineError({
      code: 'E513',
      attempted: 'boot user-mode Linux',
      said: 'there is no empty folder such as /mnt to keep its files in',
      remedy: 'sudo mkdir /mnt',
    });
  return {
    clock,
    seed: options.seed ?? FIRST_SEED,
    memoryMiB: options.memoryMiB,
    enclosure: builtFile('uml-enclose.sh'),
    init: builtFile('uml-init.sh'),
    own,
    workFolder,
    shown: shownPaths(shown),
    guestTmpfs: guestTmpfs(shown),
    modulesFolder,
    privilege: privilegeHere(),
  };
}

/** The enclosure's own exit codes (uml-enclose.sh). */
function explain(exitCode: number | null, console: string): MachineFault | null {
  if (exitCode !== 97) return null;
  return {
    code: 'E513',
    attempted: 'keep the machine’s files safe from the guest',
    said: console.trim(),
    remedy: 'unmount that folder, or report it with the output of `findmnt`',
  };
}
