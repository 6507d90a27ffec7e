/** What the kernel says from now on: /dev/kmsg (Documentation/ABI/testing/dev-kmsg). */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { check } from './errno.ts';
import * as libc from './libc.ts';

export class KernelLog implements Disposable {
  readonly #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Null where there is none to be had: a container without the device, or without the right to read it. */
  static open(): KernelLog | null {
    let fd: number;
    try {
      fd = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      return null;
    }
    check(Number(libc.lseek(fd, 0, SEEK_END)), 'lseek', "go to the end of the kernel's log");
    return new KernelLog(fd);
  }

  /** The kernel's own lines since the last time, without their prefix; what programs wrote into its log is left out. */
  lines(): string[] {
    const lines: string[] = [];
    for (;;) {
      const record = this.#next();
      if (record === null) return lines;
      const [, priority, text] = RECORD.exec(record) ?? [];
      if (text !== undefined && Number(priority) >> 3 === FACILITY_KERNEL) lines.push(text);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  /** One read gives one record. */
  #next(): string | null {
    for (;;) {
      try {
        return room.toString('utf8', 0, readSync(this.#fd, room));
      } catch (error) {
        // EPIPE: what came next was overwritten meanwhile, and the one after it follows.
        if (error instanceof Error && 'code' in error && error.code === 'EPIPE') continue;
        return null;
      }
    }
  }
}

/** `4,1234,5678901,-;words`, and lines of a dictionary below, each beginning with a blank. */
const RECORD = /^(\d+),\d+,\d+,[^;]*;([^\n]*)/;
const FACILITY_KERNEL = 0;
const SEEK_END = 2;
/** CONSOLE_EXT_LOG_MAX: no record is longer. */
const room = Buffer.alloc(8192);
