/** Standard input, as manifests come by it. */
import { getHeapStatistics } from 'node:v8';
import type { Readable } from 'node:stream';
import { NoEndError } from '../../manifest/finding/special-file.ts';
import { largestFile } from '../../manifest/finding/source-text.ts';

/**
 * All of it, to its end; a person at a terminal is told how to end it.
 * @param largest in bytes: of what goes on after them nothing is read, as of a device without an end
 */
export async function standardInput(
  stdin: Readable & { readonly isTTY?: boolean },
  say: (words: string) => void,
  largest = largestFile(getHeapStatistics().heap_size_limit),
): Promise<Uint8Array | NoEndError> {
  if (stdin.isTTY === true) say('manifests are read from the terminal; Ctrl-D ends them');
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stdin as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    // Leaving the loop closes the stream, and whoever writes into it is told.
    if (length > largest) return new NoEndError(`more than ${largest} bytes came`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
