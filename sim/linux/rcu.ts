/** Waits for the kernel's read-copy-update: what every CPU was doing when it was called has ended when it returns. */
import { readFileSync } from 'node:fs';
import * as libc from './libc.ts';
import { observer } from './observer.ts';

/**
 * A grace period (membarrier(2), MEMBARRIER_CMD_GLOBAL, is a synchronize_rcu): eBPF programs that may still look at what a
 * map held before have finished. With one CPU none can be running while we do, and the call costs nothing.
 * @returns false where the kernel has no such call, or where programs may be preempted (PREEMPT_RT on one CPU)
 */
export function synchronizeRcu(): boolean {
  if (preemptible()) return false;
  const over = libc.membarrier(MEMBARRIER_CMD_GLOBAL, 0) === 0;
  if (over) observer.tell?.({ what: 'grace-period' });
  return over;
}

const MEMBARRIER_CMD_GLOBAL = 1;

let realTime: boolean | null = null;

function preemptible(): boolean {
  if (realTime === null) {
    try {
      realTime = readFileSync('/sys/kernel/realtime', 'utf8').startsWith('1');
    } catch {
      realTime = false;
    }
  }
  return realTime;
}
