/**
 * The control socket of a lab: programs of other terminals, multiplexed onto the one line to the agent, and requests to
 * who runs the lab.
 *
 * Programs speak the agent's own protocol (sim/lab/protocol.ts), `exec` messages only; every client numbers its
 * programs as it likes. A request is anything that the caller understands. The socket is private (mode 0600): who can write to it runs programs in the lab.
 */
import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import * as z from 'zod';
import type { Checked } from '../../diagnostics/checked.ts';
import { asItCame, type Line, openLine } from '../../lab/line.ts';
import type { AgentCommand, ExecMessage } from '../../lab/protocol.ts';
import { isExecCommand, type ExecCommand } from './exec-command.ts';
import { removeDeadSocket } from './living-socket.ts';
import { reachableSocketPath } from './socket-path.ts';

/** One question and its answer, neither of which is the agent's business. */
export interface ControlRequest {
  readonly type: 'request';
  readonly body: unknown;
}
export const controlReplySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reply'), body: z.unknown() }),
  /** Who runs the lab has a mistake of his own: what it threw. */
  z.object({ type: z.literal('failure'), message: z.string() }),
]);
type ControlReply = Checked<typeof controlReplySchema>;

/** Answers a request; what it throws is a mistake of its own, and the client is told. */
export type OnRequest = (body: unknown) => Promise<unknown>;

export interface Control extends AsyncDisposable {
  /** Brings what the agent said about a program to the client that started it. */
  deliver(message: ExecMessage): void;
}

/**
 * Listens at `path` until disposed, which removes the socket.
 * @throws Error of the system when the socket cannot be made there.
 */
export async function openControl(
  path: string,
  kernel: { send(command: AgentCommand): void },
  onRequest: OnRequest = () => Promise.reject(new Error('nobody here takes requests')),
): Promise<Control> {
  const programs = new Map<number, { readonly client: Client; readonly id: number }>();
  const clients = new Set<Client>();
  let lastId = 0;
  const start = (client: Client, id: number): number => {
    lastId += 1;
    programs.set(lastId, { client, id });
    return lastId;
  };
  const server = createServer((socket) => {
    const client = new Client(socket, kernel, start, onRequest);
    clients.add(client);
    void client.serve().finally(() => {
      clients.delete(client);
      for (const [id, program] of programs) if (program.client === client) programs.delete(id);
    });
  });
  await removeDeadSocket(path);
  const address = reachableSocketPath(path);
  await listenPrivately(server, address.path);
  chmodSync(address.path, 0o600);
  return {
    deliver: (message) => {
      const program = programs.get(message.id);
      if (program === undefined) return; // its client went away; the program was told so
      program.client.tell({ ...message, id: program.id });
      if (message.type === 'exec-exit') {
        programs.delete(message.id);
        program.client.forget(program.id);
      }
    },
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const client of clients) client.hangUp();
      await closed; // removes the socket from the folder
      address[Symbol.dispose]();
    },
  };
}

/** Characters of one message: the manifests of a change are in one. */
const LONGEST = 1 << 26;

function isRequest(message: unknown): message is ControlRequest {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'request';
}

class Client {
  readonly #socket: Socket;
  readonly #kernel: { send(command: AgentCommand): void };
  /** Whoever may write to the socket may write anything. */
  readonly #line: Line<unknown, ExecMessage | ControlReply>;
  readonly #onRequest: OnRequest;
  readonly #start: (client: Client, id: number) => number;
  /** The client's numbers to the agent's. */
  readonly #ids = new Map<number, number>();

  constructor(
    socket: Socket,
    kernel: { send(command: AgentCommand): void },
    start: (client: Client, id: number) => number,
    onRequest: OnRequest,
  ) {
    this.#socket = socket;
    this.#kernel = kernel;
    this.#start = start;
    this.#onRequest = onRequest;
    this.#line = openLine(socket, socket, asItCame, LONGEST);
  }

  async serve(): Promise<void> {
    try {
      for await (const message of this.#line.messages) {
        if (isRequest(message)) this.#line.send(await this.#answer(message.body));
        else if (isExecCommand(message)) this.#pass(message);
        else break;
      }
    } catch {
      // Not our protocol: hang up.
    } finally {
      for (const id of this.#ids.values()) {
        this.#kernel.send({ type: 'exec-input-end', id });
        this.#kernel.send({ type: 'exec-signal', id, signal: 'SIGHUP' });
      }
      this.#socket.destroy();
    }
  }

  async #answer(body: unknown): Promise<ControlReply> {
    try {
      return { type: 'reply', body: await this.#onRequest(body) };
    } catch (error) {
      return { type: 'failure', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  }

  #pass(command: ExecCommand): void {
    switch (command.type) {
      case 'exec': {
        const id = this.#start(this, command.id);
        this.#ids.set(command.id, id);
        this.#kernel.send({ ...command, id });
        break;
      }
      case 'exec-input':
      case 'exec-input-end':
      case 'exec-resize':
      case 'exec-signal': {
        const id = this.#ids.get(command.id);
        if (id !== undefined) this.#kernel.send({ ...command, id }); // else it has just ended
        break;
      }
    }
  }

  tell(message: ExecMessage): void {
    this.#line.send(message);
  }

  forget(id: number): void {
    this.#ids.delete(id);
  }

  hangUp(): void {
    void this.#line.close().finally(() => this.#socket.destroy());
  }
}

/** Nobody else may connect, not even between bind(2) and chmod(2). */
async function listenPrivately(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const before = process.umask(0o177);
    try {
      server.listen(path, resolve);
    } finally {
      process.umask(before);
    }
  });
}
