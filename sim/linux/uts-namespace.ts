/**
 * UTS namespaces by file descriptor: what `hostname` says in one. As with network namespaces (namespace.ts): enter, do
 * synchronous things, leave. A child keeps the one that it was born in.
 */
import { closeSync, openSync } from 'node:fs';
import { check } from './errno.ts';
import * as libc from './libc.ts';

const CLONE_NEWUTS = 0x04000000;
/** HOST_NAME_MAX of linux/utsname.h. */
const LONGEST_NAME = 64;

export class UtsNamespace implements Disposable {
  readonly #fd: number;
  #open = true;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Makes one whose host name is `name`, cut to 64 bytes. @throws SystemCallError: EINVAL where the kernel has none */
  static named(name: string): UtsNamespace {
    const before = openSync(THREAD_NAMESPACE, 'r');
    try {
      check(libc.unshare(CLONE_NEWUTS), 'unshare', 'make a UTS namespace');
      try {
        const bytes = new TextEncoder().encode(name).slice(0, LONGEST_NAME);
        check(libc.sethostname(bytes, bytes.length), 'sethostname', `name a host ${name}`);
        return new UtsNamespace(openSync(THREAD_NAMESPACE, 'r'));
      } finally {
        enter(before);
      }
    } finally {
      closeSync(before);
    }
  }

  /** Enters, does `work`, leaves, also when it throws. Processes spawned by `work` stay in here. */
  run<T>(work: () => T): T {
    if (!this.#open) throw new Error('this UTS namespace has been disposed of');
    const before = openSync(THREAD_NAMESPACE, 'r');
    try {
      enter(this.#fd);
      try {
        return work();
      } finally {
        enter(before);
      }
    } finally {
      closeSync(before);
    }
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }
}

// Not /proc/self: that is the main thread, and this may be a worker.
const THREAD_NAMESPACE = '/proc/thread-self/ns/uts';

function enter(fd: number): void {
  check(libc.setns(fd, CLONE_NEWUTS), 'setns', `enter UTS namespace ${fd}`);
}
