/** A stock kernel in QEMU: its own machine, its root file system our initramfs. Needs no root; KVM helps where a guest boots with it. */
import { closeSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TERMINAL_WINDOW } from '../control/credit-window.ts';
import { refuseMoreThanThereIs, refuseTooLittle } from '../uml/guest-memory.ts';
import { cachedArchive } from '../initramfs/archive-cache.ts';
import { openInitramfs } from '../initramfs/initramfs.ts';
import {
  FIRST_SEED,
  type Kernel,
  type KernelOptions,
  type KernelReport,
  type Requirement,
  type RunningKernel,
} from '../kernel.ts';
import { launch } from '../launch.ts';
import { machineError } from '../machine/machine-error.ts';
import { moduleEntries } from '../modules/module-archive.ts';
import { isBuiltIn, missingForLab, readKernelConfig } from '../modules/lab-options.ts';
import { ModuleFolder, ModuleReadError } from '../modules/module-folder.ts';
import { GUEST_MODULES } from '../guest-modules.ts';
import { findProgram } from '../machine/program.ts';
import { programRequirement, refuseUnmet } from '../machine/requirement.ts';
import { openSpool } from '../machine/spool.ts';
import { type Acceleration, chooseAcceleration, knownAcceleration } from './accelerator.ts';
import type { KernelImage } from './kernel-image.ts';
import { claimProcessor, letMainLoopGoFirst } from './processor.ts';
import { qemuArgv } from './qemu-command.ts';

export interface QemuParts {
  /** The bundled agent; another one in tests. */
  readonly agent: string;
  readonly program: string;
  readonly helloTimeoutMs: number;
}

/** Seconds on a quiet machine; an emulated processor that gets a tenth of a real one takes minutes. */
const HELLO_TIMEOUT_MS = 300_000;

/** How the kernel's files are come by. */
export interface ImageSource {
  /** Without fetching: null when they are not here. */
  readonly here: () => KernelImage | null;
  /** Fetches them when they are not here. */
  readonly find: (onProgress: (words: string) => void, signal?: AbortSignal) => Promise<KernelImage>;
}

export function qemuKernel(name: string, source: ImageSource, parts: Partial<QemuParts> = {}): Kernel {
  const { agent, program = 'qemu-system-x86_64', helloTimeoutMs = HELLO_TIMEOUT_MS } = parts;
  return {
    name,
    kind: 'qemu',
    clocks: ['real', 'virtual'],
    inspect: () => Promise.resolve(inspect(name, program, source.here())),
    start: async (options) => {
      refuseWithout(inspect(name, program, source.here()));
      refuseMoreThanThereIs(`boot ${name} in QEMU`, options.memoryMiB);
      refuseTooLittle(`boot ${name} in QEMU`, options.memoryMiB, options.script);
      return start(
        await source.find(options.onProgress ?? (() => undefined), options.signal),
        { agent, program, helloTimeoutMs },
        options,
      );
    },
  };
}

function inspect(name: string, program: string, image: KernelImage | null): KernelReport {
  const path = findProgram(program);
  const acceleration = path === null ? null : knownAcceleration(path);
  const requirements: Requirement[] = [
    ...(image === null ? [notHere(name)] : featuresOf(image)),
    programRequirement(program, 'qemu-system-x86'),
    ...(path === null
      ? []
      : [
          {
            name: 'acceleration',
            met: true, // either will do
            detail:
              acceleration === null
                ? 'KVM is tried at the first boot'
                : `${acceleration.accelerator} (${acceleration.reason})`,
            fix: null,
          },
        ]),
    ...(['setpriv', 'taskset', 'unshare', 'flock', 'prlimit'] as const).map((tool) =>
      programRequirement(tool, 'util-linux'),
    ),
    programRequirement('mount', 'mount'),
    programRequirement('xz', 'xz-utils'),
    programRequirement('iperf3', 'iperf3'),
    programRequirement('ping', 'iputils-ping'),
  ];
  return { name, release: image?.release ?? null, usable: requirements.every(({ met }) => met), requirements };
}

function notHere(name: string): Requirement {
  return {
    name: 'kernel',
    met: true, // it will be, once it is asked for
    detail: 'not here yet; it is pulled when first used',
    fix: `ipvlane kernels pull ${name}`,
  };
}

/** The requirement that is of the kernel itself; all others are of this machine. */
const LAB_NEEDS = 'what a lab needs of it';

function featuresOf({ vmlinuz, modulesFolder, configFile }: KernelImage): Requirement[] {
  const missing = missingForLab(new ModuleFolder(modulesFolder), readKernelConfig(configFile));
  return [
    { name: 'kernel', met: true, detail: vmlinuz, fix: null },
    {
      name: LAB_NEEDS,
      met: missing.length === 0,
      detail: missing.length === 0 ? 'ipvlan, fq, clsact, eBPF and the rest are in it' : missing.join('; '),
      fix: missing.length === 0 ? null : OTHER_OPTIONS,
    },
  ];
}

const OTHER_OPTIONS = 'build it with these options as m or y, or choose another of `ipvlane kernels list`';

function refuseWithout(report: KernelReport): void {
  refuseUnmet(report, `boot ${report.name} in QEMU`, {
    code: (missing) => (missing.every(({ name }) => name === LAB_NEEDS) ? 'E522' : 'E513'),
  });
}

async function start(
  image: KernelImage,
  parts: Omit<QemuParts, 'agent'> & { readonly agent: string | undefined },
  options: KernelOptions,
): Promise<RunningKernel> {
  const archive = modulesArchive(image);
  const program = findProgram(parts.program) ?? parts.program;
  const clock = options.clock ?? 'real';
  const { accelerator }: Pick<Acceleration, 'accelerator'> =
    // Only emulation counts instructions.
    clock === 'virtual' ? { accelerator: 'tcg' } : await chooseAcceleration(program, image.vmlinuz);
  const initramfs = openInitramfs([archive], {
    ...(parts.agent === undefined ? {} : { agent: parts.agent }),
    ...(clock === 'virtual' && options.script !== undefined ? { script: JSON.stringify(options.script) } : {}),
  });
  const claim = clock === 'virtual' ? await claimProcessor() : null;
  try {
    return await launch(
      {
        kind: 'qemu',
        attempted: `boot ${image.name} in QEMU`,
        clock,
        window: TERMINAL_WINDOW,
        line: clock === 'virtual' ? { spool: openSpool() } : 'one socket',
        files: [initramfs],
        argv: qemuArgv({
          clock,
          seed: options.seed ?? FIRST_SEED,
          program,
          accelerator,
          memoryMiB: options.memoryMiB,
          vmlinuz: image.vmlinuz,
          modules: GUEST_MODULES,
          processor: claim?.processor ?? null,
        }),
        ...(claim === null ? {} : { started: (pid) => void letMainLoopGoFirst(pid), afterwards: claim.release }),
        env: { PATH: process.env.PATH },
        helloTimeoutMs: parts.helloTimeoutMs,
      },
      options,
    );
  } finally {
    closeSync(initramfs);
  }
}

/** @throws DiagnosticError when the kernel lacks what a lab needs, or its modules cannot be read */
function modulesArchive(image: KernelImage): string {
  const { name, modulesFolder, configFile, vmlinuz } = image;
  const modules = new ModuleFolder(modulesFolder);
  const config = readKernelConfig(configFile);
  const attempted = `boot ${name} in QEMU`;
  const missing = missingForLab(modules, config);
  if (missing.length > 0)
    throw machineError({
      code: 'E522',
      attempted,
      said: `${image.release} lacks ${missing.join('; ')}`,
      remedy: OTHER_OPTIONS,
    });
  const times = [vmlinuz, modulesFolder, join(modulesFolder, 'kernel/net')].map(
    (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs,
  );
  try {
    return cachedArchive('modules', [modulesFolder, ...times, configFile, ...GUEST_MODULES].join(' '), () =>
      moduleEntries(modules, GUEST_MODULES, (module) => isBuiltIn(module, modules, config)),
    );
  } catch (error) {
    if (error instanceof ModuleReadError)
      throw machineError({
        code: 'E513',
        attempted,
        said: error.message,
        remedy: 'take the modules from the kernel’s package again, or pull it again',
      });
    throw error;
  }
}
