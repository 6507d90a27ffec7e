/** Why the programs cannot be run on this machine: a reason that a reader of the skipped test can check, or null. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export function whyNoDataplane(): string | null {
  if (process.getuid?.() !== 0) return 'not root: bpf(2) needs CAP_BPF and CAP_NET_ADMIN';
  if (!existsSync('/proc/sys/kernel/unprivileged_bpf_disabled')) return 'this kernel has no bpf(2)';
  for (const tool of ['clang', 'llvm-strip'])
    if (spawnSync(tool, ['--version']).error !== undefined) return `${tool} is not installed`;
  return null;
}
