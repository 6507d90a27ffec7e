/** Who listens at a port of a receiver. Flows that go there share it, as clients of a server do. */
import { isSystemCallError } from '../../../linux/errno.ts';
import { tcpListen } from '../../../linux/socket.ts';
import type { Endpoint } from '../../../linux/socket-address.ts';
import type { Party } from '../../lab.ts';

/** For one of those who share it. The last that is disposed of closes it; each may be twice. */
export interface Share<T> extends Disposable {
  readonly listener: T;
}

interface Shared<T> {
  readonly listener: T;
  readonly shares: Set<Share<T>>;
}

export class SharedPorts<T extends { close(): void }> {
  readonly #open = new Map<string, Shared<T>>();
  readonly #listenerOf: (fd: number) => T;
  readonly #others: string;

  /**
   * @param listenerOf takes over a descriptor that listens
   * @param others who may have a port, in words
   */
  constructor(listenerOf: (fd: number) => T, others: string) {
    this.#listenerOf = listenerOf;
    this.#others = others;
  }

  /** @throws Error when one of the others has the port; SystemCallError */
  share(to: Party, address: string, port: number): Share<T> {
    const key = `${to.name} ${address} ${port}`;
    const { listener, shares } = this.#open.get(key) ?? this.#begin(key, this.#listen(to, address, port));
    const share = {
      listener,
      [Symbol.dispose]: () => {
        if (!shares.delete(share) || shares.size > 0) return;
        this.#open.delete(key);
        listener.close();
      },
    };
    shares.add(share);
    return share;
  }

  #begin(key: string, fd: number): Shared<T> {
    const shared = { listener: this.#listenerOf(fd), shares: new Set<Share<T>>() };
    this.#open.set(key, shared);
    return shared;
  }

  #listen(to: Party, address: string, port: number): number {
    try {
      return to.namespace.run(() => tcpListen(address, port, BACKLOG));
    } catch (error) {
      if (!isSystemCallError(error, 'EADDRINUSE')) throw error;
      throw new Error(`port TCP/${port} of ${to.name} is taken by ${this.#others}: choose another \`port\``, {
        cause: error,
      });
    }
  }
}

/** By which a connection is known at a listener: the end that it comes from. */
export function endKey({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** Connections that the kernel completes before they are accepted; its own bound is net.core.somaxconn. */
const BACKLOG = 4096;
