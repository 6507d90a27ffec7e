/** Programs that want a terminal: a pseudoterminal (pty(7)), its slave the program's own controlling terminal. */
import { closeSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { check } from './errno.ts';
import * as libc from './libc.ts';
import type { NetworkNamespace } from './namespace.ts';
import { spawnIn } from './process.ts';
import type { SpawnOptions } from './process.ts';

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A program on a terminal of ours. */
export interface TerminalProcess {
  readonly child: ChildProcess;
  /** What the program shows; ends when the last program on the terminal is gone. */
  readonly output: Readable;
  /** What somebody types: Ctrl-C is byte 3, end of input byte 4. */
  readonly type: (data: Uint8Array) => void;
  /** The programs on it get SIGWINCH; nothing happens once the terminal is gone. @throws SystemCallError */
  readonly resize: (size: TerminalSize) => void;
}

/**
 * Starts `argv` in `ns` on a new terminal, as the leader of a session of its own (`setsid --ctty`, util-linux), so that
 * job control and Ctrl-C work. @throws SystemCallError when there is no terminal to be had.
 */
export function spawnOnTerminal(
  ns: NetworkNamespace | null,
  argv: readonly string[],
  size: TerminalSize,
  options: Omit<SpawnOptions, 'stdio'> = {},
): TerminalProcess {
  const master = check(libc.posixOpenpt(O_RDWR | O_NOCTTY | O_CLOEXEC), 'posix_openpt', 'open a terminal');
  let slave: number | null = null;
  try {
    check(libc.ioctl(master, TIOCSPTLCK, 'void *', new Uint8Array(4)), 'ioctl', 'unlock a terminal');
    setSize(master, size);
    // By the master rather than by /dev/pts/N: that folder may be another mount's.
    slave = check(
      libc.ioctlNumber(master, TIOCGPTPEER, 'int', O_RDWR | O_NOCTTY | O_CLOEXEC),
      'ioctl',
      'open the slave of a terminal',
    );
    const child = spawnIn(ns, ['setsid', '--ctty', '--', ...argv], { ...options, stdio: [slave, slave, slave] });
    const screen = new ReadStream(master);
    const output = new PassThrough();
    screen.pipe(output);
    screen.on('error', (error: NodeJS.ErrnoException) => {
      // EIO is the kernel's way of saying that the last program on the terminal has gone.
      if (error.code !== 'EIO') output.destroy(error);
    });
    screen.once('close', () => output.end());
    // The stream is a socket to Node: it writes what the terminal takes now and the rest, in order, when that is read.
    const type = (data: Uint8Array) => {
      if (!screen.destroyed) screen.write(data);
    };
    const resize = (to: TerminalSize) => {
      if (!screen.destroyed) setSize(master, to);
    };
    return { child, output, type, resize };
  } catch (error) {
    closeSync(master);
    throw error;
  } finally {
    if (slave !== null) closeSync(slave);
  }
}

function setSize(master: number, { columns, rows }: TerminalSize): void {
  // struct winsize: rows, columns, and pixels that nobody uses.
  const winsize = new Uint8Array(new Uint16Array([rows, columns, 0, 0]).buffer);
  check(libc.ioctl(master, TIOCSWINSZ, 'void *', winsize), 'ioctl', `make a terminal ${columns} by ${rows}`);
}

const O_RDWR = 2;
const O_NOCTTY = 0o400;
const O_CLOEXEC = 0o2000000;
const TIOCSPTLCK = 0x40045431;
const TIOCGPTPEER = 0x5441;
const TIOCSWINSZ = 0x5414;
