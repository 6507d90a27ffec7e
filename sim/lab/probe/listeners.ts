/**
 * Somebody at home on every probed port: a TCP or SCTP listener whose connections the kernel completes by itself, a UDP socket
 * that sends back what it gets. ICMP echo is the kernel's own. No process is needed for any of it.
 */
import { isDroppedOnItsWayOut, isSystemCallError } from '../../linux/errno.ts';
import { close, receiveDatagram, sctpListen, sendDatagram, tcpListen, udpSocket } from '../../linux/socket.ts';
import { writeSysctl } from '../../linux/sysctl.ts';
import type { ProbePlan } from '../../plan/plan.ts';
import { partyName } from '../../plan/plan.ts';
import type { Lab } from '../lab.ts';
import { partyNamed, wordsOf } from '../lab.ts';

export interface Listeners extends Disposable {
  /** UDP sockets to poll for reading; what is readable is to be given to `echo`. */
  readonly echoing: ReadonlySet<number>;
  /** Sends back every datagram that has arrived on one of them. */
  echo(fd: number): void;
  /** Where nobody could be brought to listen, and why: a probe there would measure nothing. By `destinationOf`. */
  readonly missing: ReadonlyMap<string, string>;
}

/** Connections that one listener completes without anybody accepting; the kernel's own bound is net.core.somaxconn. */
const BACKLOG = 4096;

/** Opens one for each destination of `probes`. */
export function openListeners(lab: Lab, probes: readonly ProbePlan[]): Listeners {
  const open: number[] = [];
  const echoing = new Set<number>();
  const missing = new Map<string, string>();
  for (const [destination, probe] of new Map(probes.map((probe) => [destinationOf(probe), probe]))) {
    try {
      const fd = listen(lab, probe);
      if (fd === null) continue;
      open.push(fd);
      if (probe.protocol === 'UDP') echoing.add(fd);
    } catch (error) {
      missing.set(destination, wordsOf(error));
    }
  }
  const end = (): void => {
    for (const fd of open) close(fd);
  };
  return { echoing, missing, echo, [Symbol.dispose]: end };
}

/** Probes of one destination share a listener. */
export function destinationOf({ to, toAddress, protocol, port }: ProbePlan): string {
  return `${partyName(to)} ${toAddress} ${protocol} ${port}`;
}

/** Null where nothing need be opened: ICMP, or a program of `exec` that serves the port already. */
function listen(lab: Lab, { to, toAddress, protocol, port }: ProbePlan): number | null {
  const { namespace } = partyNamed(lab, partyName(to));
  try {
    switch (protocol) {
      case 'TCP':
        return namespace.run(() => tcpListen(toAddress, port, BACKLOG));
      case 'SCTP':
        return namespace.run(() => listenSctp(toAddress, port));
      case 'UDP':
        return namespace.run(() => udpSocket({ local: { address: toAddress, port } }));
      case 'ICMP':
        return null;
    }
  } catch (error) {
    if (isSystemCallError(error, 'EADDRINUSE')) return null;
    throw error;
  }
}

/** SCTP signs its cookies with an HMAC that a guest may have no module for; among ourselves it need not. */
function listenSctp(address: string, port: number): number {
  const fd = sctpListenOrNull(address, port);
  if (fd !== null) return fd;
  writeSysctl('net/sctp/cookie_hmac_alg', 'none');
  return sctpListen(address, port, BACKLOG);
}

function sctpListenOrNull(address: string, port: number): number | null {
  try {
    return sctpListen(address, port, BACKLOG);
  } catch (error) {
    if (isSystemCallError(error, 'ENOSYS')) return null;
    throw error;
  }
}

function echo(fd: number): void {
  for (;;) {
    const datagram = receiveDatagram(fd);
    if (typeof datagram === 'string') return;
    try {
      sendDatagram(fd, datagram.data, datagram.from);
    } catch (error) {
      if (!isDroppedOnItsWayOut(error)) throw error;
    }
  }
}
