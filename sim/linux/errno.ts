import { constants } from 'node:os';
import koffi from 'koffi';

/** What is known of a system call that failed. */
export interface SystemCallFailure {
  /** The call as its manual page names it, or the netlink message: `setns`, `RTM_NEWQDISC`. */
  readonly syscall: string;
  readonly errno: number;
  /** What it was for, to follow "cannot": `enter network namespace 7`. */
  readonly attempted: string;
  /** What the kernel said beyond the number: netlink's extended acknowledgement, the verifier's log. */
  readonly detail?: string;
  /** Imperative: what puts it right, when the caller knows better than the table below. */
  readonly remedy?: string;
}

/**
 * The kernel, or a C library in its name, refused. The message is for people: what was attempted, the call,
 * what the kernel said, and the remedy where one is known.
 */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  readonly syscall: string;
  readonly errno: number;
  /** `EPERM`; `E123` for a number that this Node has no name for. */
  readonly code: string;
  readonly attempted: string;
  readonly detail: string | null;
  readonly remedy: string | null;

  constructor(failure: SystemCallFailure) {
    const code = errnoName(failure.errno);
    const remedy = failure.remedy ?? remedies[code] ?? null;
    super(
      `cannot ${failure.attempted}: ${failure.syscall}: ${errnoWords(failure.errno)} (${code})` +
        (failure.detail ? `: ${failure.detail}` : '') +
        (remedy ? `; ${remedy}` : ''),
    );
    this.syscall = failure.syscall;
    this.errno = failure.errno;
    this.code = code;
    this.attempted = failure.attempted;
    this.detail = failure.detail ?? null;
    this.remedy = remedy;
  }
}

/** The C library's sentence for an errno, lower case at the front: `operation not permitted`. */
function errnoWords(errno: number): string {
  const words = strerror(errno);
  return words.charAt(0).toLowerCase() + words.slice(1);
}

/** `1` -> `EPERM`. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? missingFromNode[errno] ?? `E${errno}`;
}

/** The calling thread's errno after a C function of koffi's failed. Read it before any other call. */
export function lastErrno(): number {
  return koffi.errno();
}

/**
 * Passes a C result through, or throws what errno says when it is negative.
 * @throws SystemCallError
 */
export function check(result: number, syscall: string, attempted: string): number {
  if (result >= 0) return result;
  throw new SystemCallError({ syscall, errno: lastErrno(), attempted });
}

/**
 * A packet that its sender's own kernel dropped: an egress program did, which reads as ENOBUFS, or there was no room for the neighbour
 * it goes to (ENOBUFS too; EINVAL of IPv6, and of IPv4 before 5.11: ip_finish_output2, ip6_finish_output2).
 */
export function isDroppedOnItsWayOut(error: unknown): boolean {
  return isSystemCallError(error, 'ENOBUFS', 'EINVAL');
}

/** Whether `error` is a SystemCallError of one of these codes. */
export function isSystemCallError(error: unknown, ...codes: readonly string[]): error is SystemCallError {
  return error instanceof SystemCallError && (codes.length === 0 || codes.includes(error.code));
}

// What stands here is true of every call this folder makes; what depends on the call is the caller's to say.
const remedies: Readonly<Record<string, string>> = {
  EPERM:
    'run as root (it needs CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_BPF), or run the lab in a kernel of its own: --kernel uml',
  EMFILE: 'raise the limit of open files: ulimit -n 65536',
  ENFILE: 'raise the limit of open files of the whole machine: sysctl fs.file-max',
  ENOMEM: 'give the kernel more memory',
  ENOBUFS: 'give the kernel more memory',
};

const strerror = koffi.load('libc.so.6').func('const char *strerror(int errnum)') as (errnum: number) => string;

const names = new Map(
  Object.entries(constants.errno)
    // Linux gives some numbers two names; these are the ones its manual prefers.
    .filter(([name]) => name !== 'EWOULDBLOCK' && name !== 'EOPNOTSUPP')
    .map(([name, number]) => [number, name] as const)
    .concat([[constants.errno.EOPNOTSUPP, 'EOPNOTSUPP']]),
);

const missingFromNode: Readonly<Record<number, string>> = {
  117: 'EUCLEAN',
  126: 'ENOKEY',
  129: 'EKEYREJECTED',
  524: 'ENOTSUPP',
};
