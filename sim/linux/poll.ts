/** poll(2): many descriptors, one call. */
import { check } from './errno.ts';
import * as libc from './libc.ts';

/** What to wait for; failures are always reported. */
export type Interest = 'read' | 'write' | 'read-write';

export interface Waiting {
  readonly fd: number;
  readonly for: Interest;
}

export interface Ready {
  readonly fd: number;
  readonly readable: boolean;
  readonly writable: boolean;
  /** An error is pending on it (POLLERR) or the other side is gone (POLLHUP): ask `socketOutcome`. */
  readonly failed: boolean;
}

/**
 * Blocks this thread until one is ready, at most `timeoutMs` (0: look and come back; -1: for ever).
 * @throws SystemCallError; EBADF never: a descriptor that is not open is reported as failed.
 */
export function poll(waiting: readonly Waiting[], timeoutMs: number): Ready[] {
  const fds = Buffer.alloc(SIZE * Math.max(waiting.length, 1));
  waiting.forEach((one, i) => {
    fds.writeInt32LE(one.fd, SIZE * i);
    fds.writeInt16LE(EVENTS[one.for], SIZE * i + 4);
  });
  const count = check(libc.poll(fds, waiting.length, timeoutMs), 'poll', `wait for ${waiting.length} descriptors`);
  if (count === 0) return [];
  return waiting.flatMap(({ fd }, i) => {
    const events = fds.readInt16LE(SIZE * i + 6);
    if (events === 0) return [];
    return {
      fd,
      readable: (events & POLLIN) !== 0,
      writable: (events & POLLOUT) !== 0,
      failed: (events & (POLLERR | POLLHUP | POLLNVAL)) !== 0,
    };
  });
}

// struct pollfd: int fd, short events, short revents.
const SIZE = 8;
const POLLIN = 0x1;
const POLLOUT = 0x4;
const POLLERR = 0x8;
const POLLHUP = 0x10;
const POLLNVAL = 0x20;
const EVENTS: Readonly<Record<Interest, number>> = { read: POLLIN, write: POLLOUT, 'read-write': POLLIN | POLLOUT };
