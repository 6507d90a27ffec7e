/**
 * A file that a guest under a virtual clock writes its messages to, read while it grows. A pipe would do as well, were
 * it not full at times: a guest that has to wait for its reader runs at the reader's pace, and no two runs are the same.
 */
import { closeSync, mkdtempSync, openSync, read, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** How often it is looked at when there was nothing new. */
const LOOK_MS = 25;

/**
 * A file without a name, open for reading and writing: it is gone when its last user is, whatever ends that.
 * @throws Error of the system when the folder for temporary files cannot be written
 */
export function openSpool(): number {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-'));
  try {
    return openSync(join(folder, 'spool'), 'w+', 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Owns the descriptor. Ends when the writer is gone and everything was read. */
export class SpoolReader extends Readable {
  readonly #fd: number;
  #position = 0;
  #writerGone = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(fd: number, writerGone: Promise<unknown>) {
    super();
    this.#fd = fd;
    void writerGone.finally(() => (this.#writerGone = true));
  }

  /** @param room where the bytes come; one in which none came is used again, as nearly all looks find nothing new */
  override _read(size: number, room = Buffer.alloc(size)): void {
    // Asked before the look: what the writer wrote last is seen by a look that begins after its end.
    const last = this.#writerGone;
    read(this.#fd, room, 0, size, this.#position, (error, bytes, buffer) => {
      if (error !== null) this.destroy(error);
      else if (bytes > 0) {
        this.#position += bytes;
        this.push(buffer.subarray(0, bytes));
      } else if (last) this.push(null);
      else this.#timer = setTimeout(() => this._read(size, room), LOOK_MS);
    });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    closeSync(this.#fd);
    callback(error);
  }
}
