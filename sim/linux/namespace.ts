/**
 * Network namespaces by file descriptor: no name in /run/netns, so the kernel takes one away with its last user.
 * The one rule of this folder: enter, do synchronous things, leave. An `await` inside would let other work of this
 * thread run in the wrong network.
 */
import { closeSync, openSync } from 'node:fs';
import { check } from './errno.ts';
import * as libc from './libc.ts';

const CLONE_NEWNET = 0x40000000;

export class NetworkNamespace implements Disposable {
  /** Open until disposed; `IFLA_NET_NS_FD` takes it. */
  readonly fd: number;
  #open = true;

  private constructor(fd: number) {
    this.fd = fd;
  }

  /** Makes an empty namespace: `lo`, down, and nothing else. @throws SystemCallError */
  static create(): NetworkNamespace {
    const before = hereFd();
    check(libc.unshare(CLONE_NEWNET), 'unshare', 'make a network namespace');
    try {
      return new NetworkNamespace(openSync(THREAD_NAMESPACE, 'r'));
    } finally {
      enter(before);
    }
  }

  /** One that whoever started this process left open for it, by the descriptor's number. */
  static inherited(fd: number): NetworkNamespace {
    return new NetworkNamespace(fd);
  }

  /** The namespace this thread is in now. */
  static current(): NetworkNamespace {
    return new NetworkNamespace(openSync(THREAD_NAMESPACE, 'r'));
  }

  /**
   * Enters, does `work`, leaves, also when it throws; may be nested. Sockets made and processes spawned by `work` stay in here.
   * @throws TypeError when `work` returns a promise: what it awaits would run outside.
   */
  run<T>(work: () => T): T {
    if (!this.#open) throw new Error('this network namespace has been disposed of');
    const before = hereFd();
    enter(this.fd);
    let result: T;
    try {
      result = work();
    } finally {
      enter(before);
    }
    if (isThenable(result))
      throw new TypeError('work inside a network namespace must be synchronous, and this returned a promise');
    return result;
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.fd);
  }
}

// Not /proc/self: that is the main thread, and this may be a worker.
const THREAD_NAMESPACE = '/proc/thread-self/ns/net';

// The namespace the thread is in, so that nested windows know where to go back to without asking /proc each time.
let here: number | null = null;

function hereFd(): number {
  here ??= openSync(THREAD_NAMESPACE, 'r');
  return here;
}

function enter(fd: number): void {
  check(libc.setns(fd, CLONE_NEWNET), 'setns', `enter network namespace ${fd}`);
  here = fd;
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
