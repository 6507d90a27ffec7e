/** A kernel as a distribution ships it: the image to boot, and its modules. */
import { closeSync, openSync, readSync } from 'node:fs';

export interface KernelImage {
  /** As people name it: `debian:6.12`, or the path they gave. */
  readonly name: string;
  readonly vmlinuz: string;
  /** As `uname -r` will say. */
  readonly release: string;
  /** The folder of its modules, uninstalled: without `modules.dep`. */
  readonly modulesFolder: string;
  /** Its build configuration, when it is there: to say which option a missing module would have come from. */
  readonly configFile: string | null;
}

/**
 * The release a bzImage says it is: https://docs.kernel.org/arch/x86/boot.html, `kernel_version` at 0x20e.
 * @returns null when it is no bzImage
 */
export function releaseOf(vmlinuz: string): string | null {
  const head = Buffer.alloc(64 << 10);
  const file = openSync(vmlinuz, 'r');
  try {
    const length = readSync(file, head, 0, head.length, 0);
    if (length < 0x210 || head.toString('latin1', 0x202, 0x206) !== 'HdrS') return null;
    const at = head.readUInt16LE(0x20e) + 0x200;
    return head.toString('latin1', at, Math.min(at + 128, length)).split(/[ \0]/, 1)[0] ?? null;
  } finally {
    closeSync(file);
  }
}
