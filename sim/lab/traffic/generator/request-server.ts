/** Who answers requests that come on a connection of their own. */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Endpoint } from '../../../linux/socket-address.ts';
import type { Party } from '../../lab.ts';
import { Outflow } from './outflow.ts';
import { SharedPorts, endKey } from './shared-ports.ts';
import type { Share } from './shared-ports.ts';
import { resetStream } from './stream-socket.ts';

/** What is answered how, on one connection. */
export interface Exchange {
  readonly requestBytes: number;
  readonly replyBytes: number;
  /** Of the request, as they come. */
  readonly onRequest: (bytes: number) => void;
}

export class RequestServers {
  readonly #ports = new SharedPorts((fd) => new RequestServer(fd), 'another flow or program');

  /** @throws Error when another program has the port; SystemCallError */
  share(to: Party, address: string, port: number): Share<RequestServer> {
    return this.#ports.share(to, address, port);
  }
}

/** Knows each connection by the end that it comes from. */
export class RequestServer {
  readonly #expected = new Map<string, Exchange>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(fd: number) {
    // It ends its side when the other has ended its own, as a server does that was told so.
    this.#server = createServer((socket) => this.#answer(socket));
    this.#server.listen({ fd });
  }

  /** The connection from there, which has been begun, is to be answered so. */
  expect(from: Endpoint, exchange: Exchange): void {
    this.#expected.set(endKey(from), exchange);
  }

  /** It has ended, or never came. */
  forget(from: Endpoint): void {
    this.#expected.delete(endKey(from));
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) resetStream(socket);
  }

  #answer(socket: Socket): void {
    const { remoteAddress: address = '', remotePort: port = 0 } = socket;
    const exchange = this.#expected.get(endKey({ address, port }));
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
