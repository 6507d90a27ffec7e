/** The agent's end of the line, from IPVLANE_LINE: `fd:3,fd:4` (commands in, messages out), or a guest's terminal device. */
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { pipeline, Transform } from 'node:stream';
import { ReadStream, WriteStream } from 'node:tty';
import { asItCame, type Line, openLine } from './line.ts';
import type { AgentMessage } from './protocol.ts';

/** @throws Error when the variable says neither */
export function openAgentLine(where: string | undefined): Line<unknown, AgentMessage> {
  const pipes = /^fd:(\d+),fd:(\d+)$/.exec(where ?? '');
  if (pipes !== null) {
    const input = new Socket({ fd: Number(pipes[1]), readable: true, writable: false });
    return openLine(input, new Socket({ fd: Number(pipes[2]), readable: false, writable: true }), asItCame);
  }
  if (where === undefined || !where.startsWith('/')) {
    throw new Error(`IPVLANE_LINE is ${where ?? 'not set'}: it must be fd:N,fd:N or the path of a terminal device`);
  }
  const open = (): number => openSync(where, constants.O_RDWR | constants.O_NOCTTY);
  const input = new ReadStream(open());
  // Nothing may be echoed, translated or taken for a signal.
  input.setRawMode(true);
  return openCreditedLine(input, new WriteStream(open()));
}

/** Says after every read how much was read: a guest's terminal loses its interrupt when too much is underway. */
function openCreditedLine(input: ReadStream, output: WriteStream): Line<unknown, AgentMessage> {
  let bytes = 0;
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      line.send({ type: 'credit', bytes });
      done(null, chunk);
    },
  });
  const line = openLine<unknown, AgentMessage>(counted, output, asItCame);
  // An error of the terminal (EIO when it is hung up) destroys `counted`, and the line takes it for its end.
  pipeline(input, counted, () => undefined);
  return line;
}
