/**
 * Where on the machine a guest in virtual time runs. QEMU's main loop moves idle time on while the guest's thread may not yet
 * have told what it executed last: then a timer comes some nanoseconds late, and two runs differ. So both run on one
 * processor, and the guest's thread waits until the main loop sleeps again (docs/adr/0006-virtual-clock.md).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** Closing it lets others have the processor. */
export interface ClaimedProcessor {
  readonly processor: number;
  readonly release: () => void;
}

/** One that no other guest of this machine has; where all are taken, one to share. */
export async function claimProcessor(allowed = allowedProcessors()): Promise<ClaimedProcessor> {
  for (const processor of allowed) {
    const claim = await claimed(processor);
    if (claim !== null) return { processor, release: () => claim.close() };
  }
  return { processor: allowed[process.pid % allowed.length] ?? 0, release: () => undefined };
}

/** A name in the abstract namespace of sockets: taken by one at a time, and free again however its owner ends. unix(7) */
function claimed(processor: number): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.unref();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(`\0ipvlane/processor/${processor}`, () => resolve(server));
  });
}

/** Of this process: proc_pid_status(5), Cpus_allowed_list. */
export function allowedProcessors(status = readFileSync('/proc/self/status', 'utf8')): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '0';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

/**
 * Sees to it that the main loop, once awake, ends its turn before the guest goes on. Where this user may, it gets real-time
 * priority, and nothing comes between; elsewhere the guest's thread becomes a batch job, which does not take the processor from it
 * by waking, yet may lose it to somebody else (sched(7)). Does nothing when QEMU is gone before it has that thread.
 */
export async function letMainLoopGoFirst(pid: number): Promise<void> {
  for (;;) {
    const threads = threadsOf(pid);
    if (threads === null) return;
    const guest = threads.find((thread) => nameOf(pid, thread) === GUEST_THREAD);
    if (guest !== undefined) {
      const first = await execa('chrt', ['--fifo', '--pid', '1', String(pid)], { reject: false });
      if (first.failed) await execa('chrt', ['--batch', '--pid', '0', guest], { reject: false });
      return;
    }
    await sleep(THREAD_POLL_MS);
  }
}

/** QEMU's name for it where one thread executes all processors, as it does when instructions are counted. */
const GUEST_THREAD = 'ALL CPUs/TCG';
const THREAD_POLL_MS = 5;

function threadsOf(pid: number): string[] | null {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return null;
  }
}

function nameOf(pid: number, thread: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8').trim();
  } catch {
    return null; // it has ended
  }
}
