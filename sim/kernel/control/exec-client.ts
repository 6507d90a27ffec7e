/** `ipvlane exec`: runs a program in a held lab through its control socket, as if it ran here. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type Line, openLine } from '../../lab/line.ts';
import { execMessageSchema, type ExecMessage } from '../../lab/message.ts';
import type { ExecCommand } from './exec-command.ts';
import { heardBy } from './heard.ts';
import { machineError } from '../machine/machine-error.ts';
import { CONTROL_SOCKET, reachableSocketPath } from './socket-path.ts';

export interface ExecRequest {
  /** The held run's output folder, absolute. */
  readonly outDir: string;
  /** As `exec` of sim/lab/protocol.ts: `namespace/name`, `host:NAME`, `node:NAME`. */
  readonly party: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Folder to start in, where the guest has it too. */
  readonly cwd: string;
  /** Give it a terminal of the size of `stdout`; the own one becomes raw meanwhile. */
  readonly terminal: boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** One program a connection. */
const ID = 1;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs it to its end and gives its exit code; 128 and the signal's number when a signal ended it, as a shell does.
 * @throws DiagnosticError of kind `machine` when no lab is held there, the lab ends, or the program cannot be started.
 */
export async function execInLab(request: ExecRequest): Promise<number> {
  const socket = await connectTo(request.outDir);
  const line = openLine<ExecMessage, ExecCommand>(
    socket,
    socket,
    heardBy(execMessageSchema, 'run a program in the lab'),
  );
  const { stdin, stdout, terminal } = request;
  const size = (): { columns: number; rows: number } => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const raw = terminal && stdin.isTTY;
  const onResize = (): void => {
    line.send({ type: 'exec-resize', id: ID, ...size() });
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    line.send({ type: 'exec-signal', id: ID, signal });
  };
  line.send({
    type: 'exec',
    id: ID,
    party: request.party,
    argv: request.argv,
    env: request.env,
    cwd: request.cwd,
    terminal: terminal ? size() : null,
  });
  // As a program is told whose reader is gone.
  const onLost = (): void => onSignal('SIGPIPE');
  stdout.on('error', onLost);
  if (raw) stdin.setRawMode(true);
  if (terminal) stdout.on('resize', onResize);
  for (const signal of FORWARDED) process.on(signal, onSignal);
  const stopInput = passInput(stdin, line);
  try {
    return await passOutput(line, request);
  } finally {
    stopInput();
    for (const signal of FORWARDED) process.off(signal, onSignal);
    stdout.off('resize', onResize).off('error', onLost);
    if (raw) stdin.setRawMode(false);
    socket.destroy();
  }
}

/**
 * A connection to the control socket of the lab that runs there.
 * @throws DiagnosticError of kind `machine` when none does
 */
export async function connectTo(outDir: string): Promise<Socket> {
  const path = join(outDir, CONTROL_SOCKET);
  try {
    using address = reachableSocketPath(path);
    const socket = connect(address.path);
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    throw machineError({
      code: 'E515',
      attempted: `reach a lab at ${path}`,
      said: error instanceof Error ? error.message : String(error),
      remedy: 'start one with `ipvlane run … --hold` and name its folder with --run',
    });
  }
}

function passInput(stdin: NodeJS.ReadStream, line: Line<ExecMessage, ExecCommand>): () => void {
  const onData = (chunk: Buffer | string): void => {
    line.send({ type: 'exec-input', id: ID, data: Buffer.from(chunk as string).toString('base64') });
    if (!line.congested) return;
    stdin.pause();
    void line.flush().then(() => stdin.resume());
  };
  const onEnd = (): void => {
    line.send({ type: 'exec-input-end', id: ID });
  };
  stdin.on('data', onData).on('end', onEnd);
  return () => {
    stdin.off('data', onData).off('end', onEnd).pause();
    // A file on stdin is a stream without unref().
    (stdin as Partial<NodeJS.ReadStream>).unref?.();
  };
}

async function passOutput(line: Line<ExecMessage, ExecCommand>, request: ExecRequest): Promise<number> {
  for await (const message of line.messages) {
    if (message.type === 'exec-output') {
      const stream = message.stream === 'stdout' ? request.stdout : request.stderr;
      // What cannot be written is for whoever watches the stream to say.
      if (!stream.write(Buffer.from(message.data, 'base64'))) await once(stream, 'drain').catch(() => undefined);
      continue;
    }
    if (message.error !== undefined)
      throw machineError({
        code: 'E515',
        attempted: `run ${request.argv[0] ?? 'nothing'} in ${request.party}`,
        said: message.error,
        remedy: 'see `ipvlane plan` for the pods, and check that the program is installed on this machine',
      });
    if (message.signal !== null) return 128 + signalNumber(message.signal);
    return message.code ?? 1;
  }
  throw machineError({
    code: 'E515',
    attempted: `run ${request.argv[0] ?? 'nothing'} in ${request.party}`,
    said: 'the lab ended',
    remedy: 'start it again with `ipvlane run … --hold`',
  });
}

function signalNumber(name: string): number {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return numbers[name] ?? 0;
}
