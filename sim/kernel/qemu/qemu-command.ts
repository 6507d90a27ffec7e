/** The command that boots a stock kernel in QEMU. Pure: everything about the machine is an argument. */

/** Everything the command depends on; all paths are absolute. */
export interface QemuSetting {
  readonly program: string;
  readonly accelerator: 'kvm' | 'tcg';
  readonly memoryMiB: number;
  readonly vmlinuz: string;
  /** What the agent loads before it builds the lab. */
  readonly modules: readonly string[];
}

/** Descriptors that the process finds open: the agent's line, a socket; the initramfs, a file. */
export const LINE_FD = 3;
export const INITRAMFS_FD = 4;

export function qemuArgv(setting: QemuSetting): [string, ...string[]] {
  return [
    // Whoever kills the front end kills QEMU.
    ...(['setpriv', '--pdeathsig', 'KILL'] as const),
    setting.program,
    // No disk, no network, no screen, nobody's configuration: the guest reaches nothing of the machine but the two lines.
    ...['-no-user-config', '-nodefaults', '-display', 'none', '-no-reboot'],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...['-machine', 'q35', '-accel', setting.accelerator, '-cpu', setting.accelerator === 'kvm' ? 'host' : 'max'],
    ...['-smp', '1', '-m', `${setting.memoryMiB}M`],
    ...['-kernel', setting.vmlinuz, '-initrd', `/dev/fd/${INITRAMFS_FD}`, '-append', commandLine(setting)],
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=line,fd=${LINE_FD}`, '-serial', 'chardev:line'],
  ];
}

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
    'ipvlane_line=/dev/ttyS1',
    `ipvlane_load=${setting.modules.join(',')}`,
  ].join(' ');
}
