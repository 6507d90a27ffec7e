/**
 * Network namespaces by file descriptor: no name in /run/netns, so the kernel takes one away with its last user.
 * The one rule of this folder: enter, do synchronous things, leave. An `await` inside would let other work of this
 * thread run in the wrong network.
 */
import { closeSync, openSync } from 'node:fs';
import { check } from './errno.ts';
import * as libc from './libc.ts';
import { observer } from './observer.ts';

const CLONE_NEWNET = 0x40000000;

export class NetworkNamespace implements Disposable {
  /** Open until disposed; `IFLA_NET_NS_FD` takes it. */
  readonly fd: number;
  /** What whoever made it calls it: the kernel knows no name. null: it was there. */
  readonly name: string | null;
  #open = true;

  private constructor(fd: number, name: string | null = null) {
    this.fd = fd;
    this.name = name;
  }

  /** Makes an empty namespace: `lo`, down, and nothing else. @throws SystemCallError */
  static create(name = 'unnamed'): NetworkNamespace {
    const before = hereFd();
    check(libc.unshare(CLONE_NEWNET), 'unshare', 'make a network namespace');
    try {
      const fd = openSync(THREAD_NAMESPACE, 'r');
      observer.tell?.({ what: 'add-namespace', name, fd });
      return new NetworkNamespace(fd, name);
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
    const nameBefore = hereName;
    enter(this.fd);
    hereName = this.name;
    let result: T;
    try {
      result = work();
    } finally {
      enter(before);
      hereName = nameBefore;
    }
    if (isThenable(result))
      throw new TypeError('work inside a network namespace must be synchronous, and this returned a promise');
    return result;
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.fd);
    if (this.name !== null) observer.tell?.({ what: 'delete-namespace', name: this.name, fd: this.fd });
  }
}

// Not /proc/self: that is the main thread, and this may be a worker.
const THREAD_NAMESPACE = '/proc/thread-self/ns/net';

// The namespace the thread is in, so that nested windows know where to go back to without asking /proc each time.
let here: number | null = null;
let hereName: string | null = null;

/** Name of the namespace that the thread is in; null: the one it was started in, or one that had no name. */
export function namespaceHere(): string | null {
  return hereName;
}

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
