/** Programs that people run inside the lab (`ipvlane exec`): with a terminal of their own, or with three pipes. */
import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { isSystemCallError } from '../linux/errno.ts';
import type { Readable } from 'node:stream';
import { spawnIn } from '../linux/process.ts';
import { spawnOnTerminal } from '../linux/terminal.ts';
import { UtsNamespace } from '../linux/uts-namespace.ts';
import type { Lab } from './lab.ts';
import { wordsOf } from './lab.ts';
import type { Line } from './line.ts';
import type { AgentMessage, ExecCommand } from './protocol.ts';

interface Running {
  type(data: Uint8Array): void;
  endInput(): void;
  resize(size: { readonly columns: number; readonly rows: number }): void;
  kill(signal: NodeJS.Signals): void;
}

/** Output in one message at most this long, so that trace records are not kept waiting. */
const PIECE_BYTES = 48 * 1024;
/** End of input, as one types it (Ctrl-D). */
const END_OF_TRANSMISSION = Uint8Array.of(4);

export class ExecPrograms {
  readonly #lab: Pick<Lab, 'parties'>;
  readonly #line: Line<unknown, AgentMessage>;
  readonly #running = new Map<number, Running>();
  /** By party, the host name that programs in it see; null where the kernel has no such namespaces. */
  readonly #hostNames = new Map<string, UtsNamespace | null>();
  /** By id, the party a program runs in. */
  readonly #where = new Map<number, string>();

  constructor(lab: Pick<Lab, 'parties'>, line: Line<unknown, AgentMessage>) {
    this.#lab = lab;
    this.#line = line;
  }

  /** Carries a command out. What cannot be started is answered with `exec-exit`; what has ended already hears nothing. */
  handle(command: ExecCommand): void {
    const running = this.#running.get(command.id);
    switch (command.type) {
      case 'exec':
        this.#start(command);
        break;
      case 'exec-input':
        running?.type(Buffer.from(command.data, 'base64'));
        break;
      case 'exec-input-end':
        running?.endInput();
        break;
      case 'exec-resize':
        running?.resize(command);
        break;
      case 'exec-signal':
        running?.kill(command.signal as NodeJS.Signals);
        break;
    }
  }

  /** Kills whatever runs in a pod that is about to go. */
  endIn(party: string): void {
    this.#hostNames.get(party)?.[Symbol.dispose]();
    this.#hostNames.delete(party);
    for (const [id, where] of this.#where) if (where === party) this.#running.get(id)?.kill('SIGKILL');
  }

  /** Kills whatever still runs. */
  end(): void {
    for (const running of this.#running.values()) running.kill('SIGKILL');
  }

  #start(command: Extract<ExecCommand, { type: 'exec' }>): void {
    const party = this.#lab.parties.get(command.party);
    if (party === undefined) {
      const known = [...this.#lab.parties.keys()].slice(0, 20).join(', ');
      this.#exit(command.id, { error: `there is no ${command.party} in this lab; there are ${known || 'none yet'}` });
      return;
    }
    const env = { ...definedEnvironment(), ...command.env };
    const how = { env, cwd: isFolder(command.cwd) ? command.cwd : '/' };
    this.#where.set(command.id, command.party);
    try {
      const { terminal, argv } = command;
      if (terminal === null)
        this.#startOnPipes(
          command,
          this.#named(party.name, () => spawnIn(party.namespace, argv, how)),
        );
      else
        this.#startOnTerminal(
          command,
          this.#named(party.name, () => spawnOnTerminal(party.namespace, argv, terminal, how)),
        );
    } catch (error) {
      this.#exit(command.id, { error: wordsOf(error) });
    }
  }

  /** Where `hostname` says the party's own name, without its namespace. */
  #named<T>(party: string, start: () => T): T {
    let host = this.#hostNames.get(party);
    if (host === undefined) {
      try {
        host = UtsNamespace.named(party.replace(/^.*[/:]/, ''));
      } catch (error) {
        if (!isSystemCallError(error, 'EINVAL')) throw error;
        host = null;
      }
      this.#hostNames.set(party, host);
    }
    return host === null ? start() : host.run(start);
  }

  #startOnPipes({ id }: { readonly id: number }, child: ChildProcess): void {
    const { stdin } = child;
    // A program that does not read its input to the end is in its right.
    stdin?.on('error', () => undefined);
    this.#running.set(id, {
      type: (data) => void stdin?.write(data),
      endInput: () => void stdin?.end(),
      resize: () => undefined,
      kill: (signal) => void child.kill(signal),
    });
    const outputs = [this.#forward(id, 'stdout', child.stdout), this.#forward(id, 'stderr', child.stderr)];
    this.#awaitEnd(id, child, outputs);
  }

  #startOnTerminal({ id }: { readonly id: number }, terminal: ReturnType<typeof spawnOnTerminal>): void {
    this.#running.set(id, {
      type: (data) => terminal.type(data),
      endInput: () => terminal.type(END_OF_TRANSMISSION),
      resize: (size) => terminal.resize(size),
      kill: (signal) => void terminal.child.kill(signal),
    });
    this.#awaitEnd(id, terminal.child, [this.#forward(id, 'stdout', terminal.output)]);
  }

  /** Sends what the program says; holds it back while the line does not keep up. */
  async #forward(id: number, stream: 'stdout' | 'stderr', output: Readable | null): Promise<void> {
    if (output === null) return;
    try {
      for await (const chunk of output as AsyncIterable<Buffer>) {
        for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
          const data = chunk.subarray(at, at + PIECE_BYTES).toString('base64');
          this.#line.send({ type: 'exec-output', id, stream, data });
        }
        if (this.#line.congested) await this.#line.flush();
      }
    } catch {
      // A terminal whose last program has gone reads as an error: that is its end of file.
    }
  }

  #awaitEnd(id: number, child: ChildProcess, outputs: readonly Promise<void>[]): void {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT';
      this.#exit(id, { error: missing ? 'there is no such program in the lab' : error.message });
    });
    child.on('exit', (code, signal) => {
      void Promise.all(outputs).then(() => this.#exit(id, { code, signal }));
    });
  }

  #exit(id: number, end: { code?: number | null; signal?: string | null; error?: string }): void {
    this.#running.delete(id);
    this.#where.delete(id);
    const { code = null, signal = null, error } = end;
    this.#line.send({ type: 'exec-exit', id, code, signal, ...(error === undefined ? {} : { error }) });
  }
}

/** A guest shows the machine's files, but not those below what it covers by its own (`/tmp`, say). */
function isFolder(path: string | undefined): path is string {
  try {
    return path !== undefined && statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || name.startsWith('IPVLANE_') ? [] : [[name, value]],
    ),
  );
}
