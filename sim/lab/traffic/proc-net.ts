/**
 * The sockets of a process's network namespace, from /proc/PID/net/{tcp,udp}{,6}: how one sees that a server listens and
 * that a client's streams are connected, without touching either. Source: Linux, Documentation/networking/proc_net_tcp.rst.
 */
import { readFileSync } from 'node:fs';

export interface SocketEntry {
  readonly localPort: number;
  readonly remotePort: number;
  readonly state: 'established' | 'listen' | 'time-wait' | 'other';
}

const STATES: Readonly<Record<string, SocketEntry['state']>> = {
  '01': 'established',
  '06': 'time-wait',
  '0A': 'listen',
};

/** All sockets of `protocol`, both families, of the namespace in which the process or this thread is; empty once the process is gone. */
export function socketsOf(pid: number | 'thread-self', protocol: 'tcp' | 'udp'): readonly SocketEntry[] {
  return [protocol, `${protocol}6`].flatMap((table) => {
    try {
      return parseSockets(readFileSync(`/proc/${pid}/net/${table}`, 'utf8'));
    } catch {
      return [];
    }
  });
}

/** One line a socket below a heading: `sl local_address rem_address st ...`, addresses and ports in hexadecimal. */
export function parseSockets(table: string): readonly SocketEntry[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, remote, state] = line.trim().split(/\s+/);
      if (local === undefined || remote === undefined || state === undefined) return [];
      return [{ localPort: portOf(local), remotePort: portOf(remote), state: STATES[state] ?? 'other' }];
    });
}

function portOf(address: string): number {
  return Number.parseInt(address.slice(address.indexOf(':') + 1), 16);
}
