/**
 * Flow control by credits, for a carrier that has none of its own.
 *
 * A user-mode Linux serial line takes its interrupt away when the terminal's 4096-byte buffer is nearly full, and never
 * puts it back (arch/um/drivers/line.c, line_throttle and line_unthrottle since 4.20): whatever is sent later is not
 * seen. So no more may be underway than that buffer takes: the reader says how much it has read, the writer waits.
 */
import { Writable } from 'node:stream';

/** n_tty throttles when fewer than 128 of its 4096 bytes are left (drivers/tty/n_tty.c, TTY_THRESHOLD_THROTTLE). */
export const TERMINAL_WINDOW = 4096 - 2 * 128;

export class CreditWriter extends Writable {
  readonly #target: Writable;
  readonly #window: number;
  #written = 0;
  #read = 0;
  /** What did not fit, and whom to tell when it did. */
  #rest: { bytes: Buffer; done: () => void } | null = null;

  /** At most `window` bytes are written to `target` beyond those that credit() has named. */
  constructor(target: Writable, window: number) {
    super();
    this.#target = target;
    this.#window = window;
    target.on('error', (error) => this.destroy(error));
    target.on('close', () => this.destroy());
  }

  /** The reader has read this many bytes since the beginning. */
  credit(bytes: number): void {
    this.#read = Math.max(this.#read, bytes);
    this.#pump();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#rest = { bytes: chunk, done: callback };
    this.#pump();
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#target.end(callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#rest = null;
    this.#target.destroy();
    callback(error);
  }

  #pump(): void {
    const free = this.#window - (this.#written - this.#read);
    if (this.#rest === null || free <= 0) return;
    const { bytes, done } = this.#rest;
    const piece = bytes.subarray(0, free);
    this.#written += piece.length;
    this.#target.write(piece);
    if (piece.length < bytes.length) {
      this.#rest = { bytes: bytes.subarray(piece.length), done };
    } else {
      this.#rest = null;
      done();
    }
  }
}
