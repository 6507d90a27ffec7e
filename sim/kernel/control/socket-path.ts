import { closeSync, openSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Of a lab that runs, in its output folder. */
export const CONTROL_SOCKET = 'control.sock';

/** sizeof(sockaddr_un.sun_path) without its closing zero: unix(7). */
const LONGEST = 107;

/**
 * A path that bind(2) and connect(2) take for a socket at `path`, however deep it lies: a longer one is reached through
 * a descriptor of its folder. Valid until disposed.
 */
export function reachableSocketPath(path: string): Disposable & { readonly path: string } {
  if (Buffer.byteLength(path) <= LONGEST) return { path, [Symbol.dispose]: () => undefined };
  const folder = openSync(dirname(path), 'r');
  return {
    path: join('/proc/self/fd', String(folder), basename(path)),
    [Symbol.dispose]: () => {
      closeSync(folder);
    },
  };
}
