/**
 * A processor of the machine for one guest in virtual time, and for nothing else of ours. QEMU's main loop moves idle time on
 * while the virtual processor's thread may not yet have told what it executed last; on two processors the two meet often
 * enough that every third run differs, on one hardly ever (docs/adr/0006-virtual-clock.md).
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

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
