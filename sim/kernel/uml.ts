/**
 * User-mode Linux: a Linux kernel as an ordinary process, whose root file system is the machine's own, read-only.
 * Needs no root, no KVM and no image. https://docs.kernel.org/virt/uml/user_mode_linux_howto_v2.html
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { TERMINAL_WINDOW } from './credit-window.ts';
import type { Kernel, KernelOptions, KernelReport, Requirement, RunningKernel } from './kernel.ts';
import { launch } from './launch.ts';
import { machineError, type MachineFault } from './machine-error.ts';
import { builtFile, packageFolder } from './package-files.ts';
import { findProgram } from './program.ts';
import { programRequirement } from './requirement.ts';
import { chooseWorkFolder, guestTmpfs, umlArgv, type UmlSetting } from './uml-command.ts';

const MODULES_ROOT = '/usr/lib/uml/modules';
const NAMESPACES_FIX = 'sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0';

export interface UmlParts {
  /** The bundled agent; another one in tests. */
  readonly agent: string;
  readonly program: string;
  readonly helloTimeoutMs: number;
}

export function umlKernel(parts: Partial<UmlParts> = {}): Kernel {
  const { agent, program = 'linux.uml', helloTimeoutMs = 60_000 } = parts;
  return {
    name: 'uml',
    kind: 'uml',
    inspect: () => Promise.resolve(inspect(program)),
    start: async (options) => start({ agent: agent ?? builtFile('agent.cjs'), program, helloTimeoutMs }, options),
  };
}

function inspect(program: string): KernelReport {
  const release = modulesRelease();
  const requirements: Requirement[] = [
    programRequirement(program, 'user-mode-linux'),
    {
      name: 'kernel modules',
      met: release !== null,
      detail: release === null ? `${MODULES_ROOT} holds none` : join(MODULES_ROOT, release),
      fix: release === null ? 'sudo apt-get install user-mode-linux' : null,
    },
    namespaces(),
    ...['setpriv', 'unshare', 'mount'].map((name) =>
      programRequirement(name, name === 'mount' ? 'mount' : 'util-linux'),
    ),
    programRequirement('iperf3', 'iperf3'),
    programRequirement('ping', 'iputils-ping'),
  ];
  return { name: 'uml', release, usable: requirements.every(({ met }) => met), requirements };
}

function namespaces(): Requirement {
  const name = 'namespaces of one’s own';
  if (process.getuid?.() === 0) return { name, met: true, detail: 'root', fix: null };
  const tried = spawnSync('unshare', ['--user', '--map-root-user', '--mount', '--pid', '--fork', 'true'], {
    encoding: 'utf8',
  });
  const met = tried.status === 0;
  const said = tried.error?.message ?? tried.stderr.trim();
  return { name, met, detail: met ? 'user namespaces are allowed' : said, fix: met ? null : NAMESPACES_FIX };
}

function modulesRelease(): string | null {
  if (!existsSync(MODULES_ROOT)) return null;
  return readdirSync(MODULES_ROOT).sort().at(-1) ?? null;
}

async function start(parts: UmlParts, options: KernelOptions): Promise<RunningKernel> {
  const report = inspect(parts.program);
  const missing = report.requirements.filter(({ met }) => !met);
  if (missing.length > 0)
    throw machineError({
      code: 'E513',
      attempted: 'boot user-mode Linux',
      said: missing.map(({ name, detail }) => `${name}: ${detail}`).join('; '),
      remedy: [...new Set(missing.map(({ fix }) => fix).filter((fix) => fix !== null))].join('; '),
    });
  const setting = settingOf(parts, options, report.release);
  const root = setting.privilege === 'root';
  return launch(
    {
      kind: 'uml',
      attempted: 'boot user-mode Linux',
      clock: 'real',
      window: TERMINAL_WINDOW,
      argv: umlArgv(setting),
      env: { PATH: process.env.PATH, ...(root ? { IPVLANE_DROP: 'yes' } : {}) },
      helloTimeoutMs: parts.helloTimeoutMs,
      explain,
    },
    options,
  );
}

function settingOf(parts: UmlParts, options: KernelOptions, release: string | null): UmlSetting {
  const node = realpathSync(process.execPath);
  const program = findProgram(parts.program) ?? parts.program;
  const needed = [packageFolder(), node, parts.agent, program, MODULES_ROOT].map((path) => realpathSync(path));
  const workFolder = chooseWorkFolder(needed, existsSync);
  if (workFolder === null)
    throw machineError({
      code: 'E513',
      attempted: 'boot user-mode Linux',
      said: 'there is no empty folder such as /mnt to keep its files in',
      remedy: 'sudo mkdir /mnt',
    });
  return {
    program,
    memoryMiB: options.memoryMiB,
    node,
    agent: parts.agent,
    enclosure: builtFile('uml-enclose.sh'),
    init: builtFile('uml-init.sh'),
    workFolder,
    guestTmpfs: guestTmpfs(needed),
    modulesFolder: release === null ? null : join(MODULES_ROOT, release),
    privilege: process.getuid?.() === 0 ? 'root' : 'user-namespace',
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
