/** Where TCP flows are accepted. */
import { accept, close, closeWithReset } from '../../../linux/socket.ts';
import { setReceiveBuffer } from '../../../linux/socket-options.ts';
import type { Endpoint } from '../../../linux/socket-address.ts';
import type { Party } from '../../lab.ts';
import { SharedPorts, endKey } from './shared-ports.ts';
import type { Share } from './shared-ports.ts';

export class FlowListeners {
  readonly #ports = new SharedPorts((fd) => new FlowListener(fd), 'another program');

  /**
   * @param roomBytes of the receive buffer of each connection (socket-room.ts); null: as much as the kernel gives
   * @throws Error when another program has the port; SystemCallError
   */
  share(to: Party, address: string, port: number, roomBytes: number | null): Share<FlowListener> {
    const share = this.#ports.share(to, address, port);
    if (roomBytes !== null) share.listener.giveRoom(roomBytes);
    return share;
  }
}

class FlowListener {
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

  /** The receiver's descriptor of the connection that comes from there, which the caller closes; null: none has come yet. */
  take(from: Endpoint): number | null {
    for (let one = accept(this.#fd); one !== null; one = accept(this.#fd)) this.#arrived.set(endKey(one.from), one.fd);
    const fd = this.#arrived.get(endKey(from)) ?? null;
    this.#arrived.delete(endKey(from));
    return fd;
  }

  close(): void {
    for (const fd of this.#arrived.values()) closeWithReset(fd);
    close(this.#fd);
  }
}
