/** How many files this process may have open at once: getrlimit(2), RLIMIT_NOFILE. */
import { lastErrno, SystemCallError } from './errno.ts';
import * as libc from './libc.ts';

const RLIMIT_NOFILE = 7;
const THIS_PROCESS = 0;

/**
 * Raises the limit to `wanted` where it is lower; what is started from then on has it too.
 * @throws SystemCallError: more than this process may allow itself
 */
export function allowOpenFiles(wanted: number): void {
  const limits = Buffer.alloc(16);
  call(null, limits);
  const [soft, hard] = [limits.readBigUInt64LE(0), limits.readBigUInt64LE(8)];
  const most = BigInt(wanted);
  if (soft >= most) return;
  limits.writeBigUInt64LE(most, 0);
  limits.writeBigUInt64LE(hard > most ? hard : most, 8);
  call(limits, null);
}

function call(set: Buffer | null, get: Buffer | null): void {
  if (libc.prlimit(THIS_PROCESS, RLIMIT_NOFILE, set, get) === 0) return;
  throw new SystemCallError({
    syscall: 'prlimit',
    errno: lastErrno(),
    attempted: 'raise the limit of open files',
    remedy: 'raise it for who runs this, and fs.nr_open above it: ulimit -Hn, sysctl fs.nr_open',
  });
}
