/** Pipes, devices and sockets. */
import { closeSync, openSync, readSync } from 'node:fs';

/** It goes on after what may be read: a device may have no end. */
export class NoEndError extends Error {
  override readonly name = 'NoEndError';
}

const CHUNK = 1024 * 1024;

/**
 * All that comes of a special file.
 * @param largest in bytes
 * @throws NoEndError, or Error of the system
 */
export function readSpecialFile(path: string, largest: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const chunks: Uint8Array[] = [];
    const chunk = Buffer.alloc(CHUNK);
    let length = 0;
    for (;;) {
      const got = readSync(file, chunk);
      if (got === 0) return Buffer.concat(chunks, length);
      // A pipe gives little at a time: a copy holds no more than came.
      chunks.push(Buffer.from(chunk.subarray(0, got)));
      length += got;
      if (length > largest) throw new NoEndError(`more than ${largest} bytes came`);
    }
  } finally {
    closeSync(file);
  }
}
