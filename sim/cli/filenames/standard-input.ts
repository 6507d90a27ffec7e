/** Standard input, as manifests come by it. */
import { buffer } from 'node:stream/consumers';

/** All of it, to its end; a person at a terminal is told how to end it. */
export async function standardInput(stdin: NodeJS.ReadStream, say: (words: string) => void): Promise<Uint8Array> {
  if (stdin.isTTY) say('manifests are read from the terminal; Ctrl-D ends them');
  return buffer(stdin);
}
