import { once } from 'node:events';
import { lstatSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { reachableSocketPath } from './socket-path.ts';

/** Somebody listens there. A socket whose program was killed stays in its folder, and nobody answers. */
export async function isLivingSocket(path: string): Promise<boolean> {
  if (!isSocket(path)) return false;
  using address = reachableSocketPath(path);
  const socket = connect(address.path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Takes a socket away that nobody listens at any more; what is no socket stays. */
export async function removeDeadSocket(path: string): Promise<void> {
  if (!isSocket(path)) return;
  if (!(await isLivingSocket(path))) rmSync(path, { force: true });
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    // Nothing there, or its folder is a file, as the summary of several runs beside their folders.
    return false;
  }
}
