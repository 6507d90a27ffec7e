/**
 * Echo requests of one asker, over one raw socket. Each asker has an identifier of its own: the dataplane tracks echoes by
 * address and identifier, and one shared by both ends would make a question look like the answer to the other's.
 */
import { icmpSocket, receiveEcho, sendEcho } from '../../linux/icmp.ts';
import type { SocketOutcome } from '../../linux/socket.ts';
import { close } from '../../linux/socket.ts';

export class EchoAsker implements Disposable {
  readonly fd: number;
  readonly #id: number;
  /** By sequence number: whose question it was. */
  readonly #asked: number[] = [];

  /** To be called inside the asker's namespace. @throws SystemCallError */
  constructor(fromAddress: string, identifier: number) {
    this.fd = icmpSocket(fromAddress);
    this.#id = identifier;
  }

  /** A question in the name of `probeId`; its result sends it, as often as it is called. */
  question(probeId: number, to: string, payload: Uint8Array<ArrayBuffer>): () => SocketOutcome {
    const sequence = this.#asked.push(probeId) - 1;
    return () => sendEcho(this.fd, to, { id: this.#id, sequence }, payload);
  }

  /** The probes whose answers have arrived. */
  *answers(): Generator<number> {
    for (let reply = receiveEcho(this.fd); typeof reply !== 'string'; reply = receiveEcho(this.fd)) {
      const probeId = reply.id === this.#id ? this.#asked[reply.sequence] : undefined;
      if (probeId !== undefined) yield probeId;
    }
  }

  [Symbol.dispose](): void {
    close(this.fd);
  }
}

/** Identifiers for askers: in turn from the upper half, where ping, which takes its process id, seldom is. */
export class EchoIdentifiers {
  #next = 0;

  take(): number {
    return 0x8000 + (this.#next++ % 0x8000);
  }
}
