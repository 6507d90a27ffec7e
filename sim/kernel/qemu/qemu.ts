/** A stock kernel in QEMU: its own machine, its root file system our initramfs. Needs no root; KVM helps where a guest boots with it. */
import { closeSync, statSync } from 'node:fs';
import { TERMINAL_WINDOW } from '../credit-window.ts';
import { cachedArchive } from '../initramfs/archive-cache.ts';
import { openInitramfs } from '../initramfs/initramfs.ts';
import type { Kernel, KernelOptions, KernelReport, Requirement, RunningKernel } from '../kernel.ts';
import { launch } from '../launch.ts';
import { machineError } from '../machine-error.ts';
import { moduleEntries } from '../modules/module-archive.ts';
import { ModuleFolder } from '../modules/module-folder.ts';
import { GUEST_MODULES } from '../guest-modules.ts';
import { findProgram } from '../program.ts';
import { programRequirement } from '../requirement.ts';
import { openSpool } from '../spool.ts';
import type { KernelImage } from './kernel-image.ts';
import { qemuArgv } from './qemu-command.ts';

export interface QemuParts {
  /** The bundled agent; another one in tests. */
  readonly agent: string;
  readonly program: string;
  readonly helloTimeoutMs: number;
}

/** @param find gives the kernel's files, fetching them when they are not here */
export function qemuKernel(
  name: string,
  find: (onProgress: (words: string) => void) => Promise<KernelImage>,
  parts: Partial<QemuParts> = {},
): Kernel {
  const { agent, program = 'qemu-system-x86_64', helloTimeoutMs = 120_000 } = parts;
  return {
    name,
    kind: 'qemu',
    clocks: ['real', 'virtual'],
    inspect: () => Promise.resolve(inspect(name, program)),
    start: async (options) => {
      refuseWithout(inspect(name, program));
      return start(await find(options.onProgress ?? (() => undefined)), { agent, program, helloTimeoutMs }, options);
    },
  };
}

function inspect(name: string, program: string): KernelReport {
  const requirements: Requirement[] = [
    programRequirement(program, 'qemu-system-x86'),
    ...(['setpriv', 'unshare'] as const).map((tool) => programRequirement(tool, 'util-linux')),
    programRequirement('mount', 'mount'),
    programRequirement('iperf3', 'iperf3'),
    programRequirement('ping', 'iputils-ping'),
  ];
  return { name, release: null, usable: requirements.every(({ met }) => met), requirements };
}

function refuseWithout(report: KernelReport): void {
  const missing = report.requirements.filter(({ met }) => !met);
  if (missing.length === 0) return;
  throw machineError({
    code: 'E513',
    attempted: `boot ${report.name} in QEMU`,
    said: missing.map(({ name, detail }) => `${name}: ${detail}`).join('; '),
    remedy: [...new Set(missing.flatMap(({ fix }) => fix ?? []))].join('; '),
  });
}

async function start(
  image: KernelImage,
  parts: Omit<QemuParts, 'agent'> & { readonly agent: string | undefined },
  options: KernelOptions,
): Promise<RunningKernel> {
  const modules = new ModuleFolder(image.modulesFolder);
  const { mtimeMs } = statSync(image.modulesFolder);
  const archive = cachedArchive('modules', [image.modulesFolder, mtimeMs, ...GUEST_MODULES].join(' '), () =>
    moduleEntries(modules, GUEST_MODULES),
  );
  const clock = options.clock ?? 'real';
  const initramfs = openInitramfs([archive], {
    ...(parts.agent === undefined ? {} : { agent: parts.agent }),
    ...(clock === 'virtual' && options.script !== undefined ? { script: JSON.stringify(options.script) } : {}),
  });
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
          program: findProgram(parts.program) ?? parts.program,
          accelerator: 'tcg',
          memoryMiB: options.memoryMiB,
          vmlinuz: image.vmlinuz,
          modules: GUEST_MODULES,
        }),
        env: { PATH: process.env.PATH },
        helloTimeoutMs: parts.helloTimeoutMs,
      },
      options,
    );
  } finally {
    closeSync(initramfs);
  }
}
