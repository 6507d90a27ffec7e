import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Why tests that make namespaces cannot run here, or null: what `describe.skipIf` asks, and a reason a reader can check. */
export function notRoot(): string | null {
  return process.getuid?.() === 0 ? null : 'not root: making network namespaces needs CAP_SYS_ADMIN';
}

/** Why eBPF objects cannot be compiled and loaded here, or null. */
export function noBpf(): string | null {
  if (!existsSync('/proc/sys/kernel/unprivileged_bpf_disabled')) return 'this kernel has no bpf(2)';
  try {
    execFileSync('clang', ['--version'], { stdio: 'ignore' });
  } catch {
    return 'clang is not installed';
  }
  return notRoot();
}
