/**
 * The agent's end of a line on which it only speaks: under a virtual clock nothing may come into a running guest, since
 * it would come at an arbitrary moment of the guest's time.
 */
import { constants, openSync, writeSync } from 'node:fs';
import { Readable, Writable } from 'node:stream';
import { asItCame, type Line, openLine } from './line.ts';
import type { AgentMessage } from './protocol.ts';

/**
 * Appends to a file, or writes to a device, that takes everything at once: a carrier that makes its writer wait would
 * let the machine's own pace into the guest's time.
 * @throws Error of the system when it cannot be opened
 */
export function openAgentSpeech(path: string): Line<unknown, AgentMessage> {
  const { O_WRONLY, O_APPEND, O_DSYNC, O_NOCTTY } = constants;
  const fd = openSync(path, O_WRONLY | O_APPEND | O_DSYNC | O_NOCTTY);
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      for (let offset = 0; offset < chunk.length;) offset += writeSync(fd, chunk, offset);
      done();
    },
  });
  return openLine(Readable.from([]), output, asItCame);
}
