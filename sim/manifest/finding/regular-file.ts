import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** It is a device, a pipe, a socket or a folder, or larger than may be read. */
export class NoRegularFileError extends Error {
  override readonly name = 'NoRegularFileError';
}

/**
 * A file's content. What is no regular file is not waited for: opening a pipe would wait for a writer, and a device may have no end.
 * @param largest in bytes
 * @throws NoRegularFileError, or Error of the system
 */
export function readRegularFile(path: string, largest = Infinity): Buffer {
  // O_NONBLOCK: open(2) returns at once whatever it is; of a regular file it changes nothing.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new NoRegularFileError('it is no regular file');
    if (stat.size > largest) throw new NoRegularFileError(`it has ${stat.size} bytes, and ${largest} are the most`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}
