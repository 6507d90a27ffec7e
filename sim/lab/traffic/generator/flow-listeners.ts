/** Where TCP flows are accepted. Flows to one port of one receiver share a listener, as clients of a server do. */
import { isSystemCallError } from '../../../linux/errno.ts';
import { accept, close, closeWithReset, tcpListen } from '../../../linux/socket.ts';
import { setReceiveBuffer } from '../../../linux/socket-options.ts';
import type { Endpoint } from '../../../linux/socket-address.ts';
import type { Party } from '../../lab.ts';

export interface FlowListener extends Disposable {
  /** The receiver's descriptor of the connection that comes from there, which the caller closes; null: none has come yet. */
  take(from: Endpoint): number | null;
}

export class FlowListeners {
  readonly #open = new Map<string, Shared>();

  /**
   * @param roomBytes of the receive buffer of each connection (socket-room.ts); null: as much as the kernel gives
   * @throws Error when another program has the port; SystemCallError
   */
  share(to: Party, address: string, port: number, roomBytes: number | null): FlowListener {
    const key = `${to.name} ${address} ${port}`;
    let shared = this.#open.get(key);
    if (shared === undefined) {
      shared = new Shared(listen(to, address, port));
      this.#open.set(key, shared);
    }
    const listener = shared;
    if (roomBytes !== null) listener.giveRoom(roomBytes);
    listener.users += 1;
    return {
      take: (from) => listener.take(from),
      [Symbol.dispose]: () => {
        listener.users -= 1;
        if (listener.users > 0) return;
        this.#open.delete(key);
        listener.close();
      },
    };
  }
}

class Shared {
  users = 0;
  #roomBytes = 0;
  readonly #fd: number;
  /** Accepted, and not taken yet. By the sender's end. */
  readonly #arrived = new Map<string, number>();

  constructor(fd: number) {
    this.#fd = fd;
  }

  /**
   * Connections take it over as they begin, which is when the kernel fixes how much they may ever announce (tcp(7)); flows of one
   * listener have the room of the greatest.
   */
  giveRoom(bytes: number): void {
    if (bytes <= this.#roomBytes) return;
    setReceiveBuffer(this.#fd, bytes);
    this.#roomBytes = bytes;
  }

  take(from: Endpoint): number | null {
    for (let one = accept(this.#fd); one !== null; one = accept(this.#fd)) this.#arrived.set(keyOf(one.from), one.fd);
    const fd = this.#arrived.get(keyOf(from)) ?? null;
    this.#arrived.delete(keyOf(from));
    return fd;
  }

  close(): void {
    for (const fd of this.#arrived.values()) closeWithReset(fd);
    close(this.#fd);
  }
}

function listen(to: Party, address: string, port: number): number {
  try {
    return to.namespace.run(() => tcpListen(address, port, BACKLOG));
  } catch (error) {
    if (!isSystemCallError(error, 'EADDRINUSE')) throw error;
    throw new Error(`port TCP/${port} of ${to.name} is taken by another program: choose another \`port\``, {
      cause: error,
    });
  }
}

function keyOf({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** Connections that the kernel completes before they are accepted; its own bound is net.core.somaxconn. */
const BACKLOG = 4096;
