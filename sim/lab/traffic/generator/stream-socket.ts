/** A connected descriptor in the hands of Node's event loop (epoll): nothing polls, and a full buffer says when it has room. */
import { Socket } from 'node:net';
import type { OnReadOpts, SocketConstructorOpts } from 'node:net';

export type Hear = (bytes: number) => void;

/** What arrives is counted, and not kept: all streams read into one buffer. */
const sink = Buffer.alloc(256 * 1024);

/** @param onError the connection broke; not called once the socket was destroyed from here */
export function streamSocket(fd: number, hear: Hear, onError: (error: Error) => void): Socket {
  const onread: OnReadOpts = {
    buffer: sink,
    callback: (bytes) => {
      hear(bytes);
      return true;
    },
  };
  const options: SocketConstructorOpts & { onread: OnReadOpts } = { fd, readable: true, writable: true, onread };
  const socket = new Socket(options);
  // A request must not wait for the acknowledgement of the one before (RFC 896).
  socket.setNoDelay(true);
  socket.on('error', onError);
  socket.on('end', () => onError(new Error('the other side ended the connection')));
  return socket;
}

/** Ends it with a reset: what is still queued for this socket is of no more interest. */
export function resetStream(socket: Socket): void {
  socket.removeAllListeners();
  socket.on('error', () => undefined);
  if (!socket.destroyed) socket.resetAndDestroy();
}
