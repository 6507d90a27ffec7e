/** The command that boots a stock kernel in QEMU. Pure: everything about the machine is an argument. */

import type { Clock } from '../../trace/record.ts';

/** Everything the command depends on; all paths are absolute. */
export interface QemuSetting {
  readonly clock: Clock;
  /** Of the random numbers under a virtual clock; 1 or more. */
  readonly seed: number;
  readonly program: string;
  readonly accelerator: 'kvm' | 'tcg';
  readonly memoryMiB: number;
  readonly vmlinuz: string;
  /** What the agent loads before it builds the lab. */
  readonly modules: readonly string[];
  /** Where all of QEMU runs (processor.ts); null: wherever the machine likes. */
  readonly processor: number | null;
}

/** Descriptors that the process finds open: the agent's line, a socket, or a file where it only speaks; the initramfs, a file. */
export const LINE_FD = 3;
export const INITRAMFS_FD = 4;

export function qemuArgv(setting: QemuSetting): [string, ...string[]] {
  return [
    // Whoever kills the front end kills QEMU.
    ...(['setpriv', '--pdeathsig', 'KILL'] as const),
    ...(setting.processor === null ? [] : ['taskset', '--cpu-list', String(setting.processor)]),
    setting.program,
    // No disk, no network, no screen, nobody's configuration: the guest reaches nothing of the machine but the two lines.
    ...['-no-user-config', '-nodefaults', '-display', 'none', '-no-reboot'],
    // Its threads have names then: processor.ts looks for one.
    ...['-name', 'debug-threads=on'],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...['-machine', 'q35', '-accel', setting.accelerator, '-cpu', setting.accelerator === 'kvm' ? 'host' : 'max'],
    ...['-smp', '1', '-m', `${setting.memoryMiB}M`],
    ...['-kernel', setting.vmlinuz, '-initrd', `/dev/fd/${INITRAMFS_FD}`, '-append', commandLine(setting)],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', LINE[setting.clock], '-serial', 'chardev:line'],
    ...(setting.clock === 'virtual' ? virtual(setting.seed) : []),
  ];
}

const LINE: Readonly<Record<Clock, string>> = {
  real: `socket,id=line,fd=${LINE_FD}`,
  // A file never makes its writer wait.
  virtual: `file,id=line,path=/dev/fd/${LINE_FD}`,
};

/**
 * Time is instructions executed, one a nanosecond; while the processor has nothing to do it is moved on to the next
 * timer. https://www.qemu.org/docs/master/devel/tcg-icount.html
 */
const virtual = (seed: number): readonly string[] => [
  ...['-icount', 'shift=0,sleep=off', '-seed', String(seed), '-rtc', 'base=2026-01-01T00:00:00,clock=vm'],
];

/** The kernel's own: https://docs.kernel.org/admin-guide/kernel-parameters.html */
function commandLine(setting: QemuSetting): string {
  return [
    // Warnings (level 4) are what a SPLAT is told by; `quiet` would keep them back.
    ...['console=ttyS0,115200', 'loglevel=5', 'panic=-1', 'oops=panic'],
    // What an emulated machine takes seconds for and a lab does not need.
    ...[
      'random.trust_cpu=on',
      'tsc=reliable',
      'no_timer_check',
      'mitigations=off',
      'pci=noaer',
      'i8042.noaux',
      'i8042.nopnp',
    ],
    // Addresses are keys of hash tables and order of lists: chance in them is chance in the trace.
    ...(setting.clock === 'virtual' ? ['nokaslr', 'norandmaps'] : []),
    `ipvlane_clock=${setting.clock}`,
    `ipvlane_seed=${setting.seed}`,
    'ipvlane_line=/dev/ttyS1',
    `ipvlane_load=${setting.modules.join(',')}`,
  ].join(' ');
}
