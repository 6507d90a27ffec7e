/**
 * Who answers requests that come on a connection of their own. Flows to one port of one receiver share a server, which knows each
 * connection by the end that it comes from.
 */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { isSystemCallError } from '../../../linux/errno.ts';
import { tcpListen } from '../../../linux/socket.ts';
import type { Endpoint } from '../../../linux/socket-address.ts';
import type { Party } from '../../lab.ts';
import { Outflow } from './outflow.ts';
import { resetStream } from './stream-socket.ts';

/** What is answered how, on one connection. */
export interface Exchange {
  readonly requestBytes: number;
  readonly replyBytes: number;
  /** Of the request, as they come. */
  readonly onRequest: (bytes: number) => void;
}

export interface RequestServer extends Disposable {
  /** The connection from there, which has been begun, is to be answered so. */
  expect(from: Endpoint, exchange: Exchange): void;
  /** It has ended, or never came. */
  forget(from: Endpoint): void;
}

export class RequestServers {
  readonly #open = new Map<string, Shared>();

  /** @throws Error when another program has the port; SystemCallError */
  share(to: Party, address: string, port: number): RequestServer {
    const key = `${to.name} ${address} ${port}`;
    const shared = this.#open.get(key) ?? new Shared(listen(to, address, port));
    this.#open.set(key, shared);
    shared.users += 1;
    return {
      expect: (from, exchange) => void shared.expected.set(keyOf(from), exchange),
      forget: (from) => void shared.expected.delete(keyOf(from)),
      [Symbol.dispose]: () => {
        shared.users -= 1;
        if (shared.users > 0) return;
        this.#open.delete(key);
        shared.close();
      },
    };
  }
}

class Shared {
  users = 0;
  readonly expected = new Map<string, Exchange>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(fd: number) {
    // It ends its side when the other has ended its own, as a server does that was told so.
    this.#server = createServer((socket) => this.#answer(socket));
    this.#server.listen({ fd });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) resetStream(socket);
  }

  #answer(socket: Socket): void {
    const { remoteAddress: address = '', remotePort: port = 0 } = socket;
    const exchange = this.expected.get(keyOf({ address, port }));
    if (exchange === undefined) {
      resetStream(socket);
      return;
    }
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    const reply = new Outflow(socket);
    let missing = exchange.requestBytes;
    socket.on('data', ({ length }) => {
      exchange.onRequest(length);
      missing -= length;
      if (missing === 0) reply.send(exchange.replyBytes);
    });
    // What becomes of it the asking side says.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}

function listen(to: Party, address: string, port: number): number {
  try {
    return to.namespace.run(() => tcpListen(address, port, BACKLOG));
  } catch (error) {
    if (!isSystemCallError(error, 'EADDRINUSE')) throw error;
    throw new Error(`port TCP/${port} of ${to.name} is taken by another flow or program: choose another \`port\``, {
      cause: error,
    });
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** Connections that the kernel completes before they are accepted; its own bound is net.core.somaxconn. */
const BACKLOG = 4096;
