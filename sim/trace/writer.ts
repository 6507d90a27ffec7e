/**
 * Writes `trace.ndjson`: one line a record, handed to the operating system before `write` returns, so that a process
 * that dies, however it dies, loses at most the line it was writing.
 */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { TraceRecord } from './record.ts';

/** The trace could not be written. What was written before is whole lines, on disk. */
export class TraceWriteError extends Error {
  override readonly name = 'TraceWriteError';
  readonly path: string;
  /** `ENOSPC`, `EDQUOT`, `EIO`, `EACCES`, ... */
  readonly code: string;
  /** Records that are in the file. */
  readonly records: number;

  constructor(path: string, records: number, cause: unknown) {
    const code = errorCode(cause);
    super(`${path}: ${REASONS[code] ?? `cannot be written (${code})`}, ${records} records are kept`, { cause });
    this.path = path;
    this.code = code;
    this.records = records;
  }
}

/** The two system calls a writer needs; a test gives a disk that is full. */
export interface TraceFile {
  /** Returns how many bytes it took, as write(2) does. */
  write(bytes: Uint8Array, offset: number): number;
  truncate(length: number): void;
  close(): void;
}

export class TraceWriter implements Disposable {
  readonly path: string;
  readonly #file: TraceFile;
  #length = 0;
  #records = 0;
  #closed = false;

  constructor(path: string, file: TraceFile) {
    this.path = path;
    this.#file = file;
  }

  /**
   * Makes the file anew.
   * @throws TraceWriteError when it cannot be made.
   */
  static create(path: string): TraceWriter {
    try {
      return new TraceWriter(path, openFile(path));
    } catch (error) {
      throw new TraceWriteError(path, 0, error);
    }
  }

  get records(): number {
    return this.#records;
  }

  /**
   * Appends one record. When the disk is full the torn line is taken off again, and every later call fails likewise.
   * @throws TraceWriteError
   */
  write(record: TraceRecord): void {
    if (this.#closed) throw new TraceWriteError(this.path, this.#records, new Error('the trace is closed'));
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    try {
      for (let offset = 0; offset < line.length;) offset += this.#file.write(line, offset);
    } catch (error) {
      this.#takeTornLineOff();
      throw new TraceWriteError(this.path, this.#records, error);
    }
    this.#length += line.length;
    this.#records += 1;
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.close();
  }

  #takeTornLineOff(): void {
    try {
      this.#file.truncate(this.#length);
    } catch {
      // The reader reports a torn last line and goes on without it; the first error is the one to tell.
    }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file has reached the largest size allowed',
  EIO: 'the device reports an input/output error',
  EACCES: 'permission denied',
  ENOENT: 'the folder does not exist',
  EROFS: 'the file system is read-only',
};

function openFile(path: string): TraceFile {
  const fd = openSync(path, 'w');
  return {
    write: (bytes, offset) => writeSync(fd, bytes, offset),
    truncate: (length) => ftruncateSync(fd, length),
    close: () => closeSync(fd),
  };
}

function errorCode(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return cause instanceof Error ? cause.message : String(cause);
}
