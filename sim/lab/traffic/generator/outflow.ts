/** What a socket still has to send: it is handed to the kernel by the piece, as the kernel takes it, and kept nowhere. */
import type { Socket } from 'node:net';

/** Handed to the kernel at a time. */
const chunk = Buffer.alloc(128 * 1024);

export class Outflow {
  readonly #socket: Socket;
  #owedBytes = 0;
  #full = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => {
      this.#full = false;
      this.#pump();
    });
  }

  /** Sends so many more; infinity: until it is stopped. */
  send(bytes: number): void {
    this.#owedBytes += bytes;
    this.#pump();
  }

  stop(): void {
    this.#owedBytes = 0;
  }

  #pump(): void {
    while (this.#owedBytes > 0 && !this.#full) {
      const piece = this.#owedBytes < chunk.length ? chunk.subarray(0, this.#owedBytes) : chunk;
      this.#owedBytes -= piece.length;
      this.#full = !this.#socket.write(piece);
    }
  }
}
