import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** SHA-256 of what is in a file, in hexadecimal. @throws Error of the system */
export function fileDigest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
