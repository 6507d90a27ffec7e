/**
 * Somebody at home on every probed port: a TCP or SCTP listener whose connections the kernel completes by itself, a UDP socket
 * that sends back what it gets. ICMP echo is the kernel's own. No process is needed for any of it.
 */
import { isSystemCallError } from '../../linux/errno.ts';
import { close, receiveDatagram, sctpListen, sendDatagram, tcpListen, udpSocket } from '../../linux/socket.ts';
import type { ProbePlan } from '../../plan/plan.ts';
import { partyName } from '../../plan/plan.ts';
import type { Lab } from '../lab.ts';
import { partyNamed } from '../lab.ts';

export interface Listeners extends Disposable {
  /** UDP sockets to poll for reading; what is readable is to be given to `echo`. */
  readonly echoing: ReadonlySet<number>;
  /** Sends back every datagram that has arrived on one of them. */
  echo(fd: number): void;
}

/** Connections that one listener completes without anybody accepting; the kernel's own bound is net.core.somaxconn. */
const BACKLOG = 4096;

/** Opens one for each destination of `probes`. @throws SystemCallError */
export function openListeners(lab: Lab, probes: readonly ProbePlan[]): Listeners {
  const open: number[] = [];
  const echoing = new Set<number>();
  const listeners: Listeners = {
    echoing,
    echo,
    [Symbol.dispose]: () => {
      for (const fd of open) close(fd);
    },
  };
  try {
    for (const probe of oncePerDestination(probes)) {
      const fd = listen(lab, probe);
      if (fd === null) continue;
      open.push(fd);
      if (probe.protocol === 'UDP') echoing.add(fd);
    }
  } catch (error) {
    listeners[Symbol.dispose]();
    throw error;
  }
  return listeners;
}

function oncePerDestination(probes: readonly ProbePlan[]): Iterable<ProbePlan> {
  const key = (probe: ProbePlan): string => `${partyName(probe.to)} ${probe.toAddress} ${probe.protocol} ${probe.port}`;
  return new Map(probes.map((probe) => [key(probe), probe])).values();
}

/** Null where nothing need be opened: ICMP, or a program of `exec` that serves the port already. */
function listen(lab: Lab, { to, toAddress, protocol, port }: ProbePlan): number | null {
  const { namespace } = partyNamed(lab, partyName(to));
  try {
    switch (protocol) {
      case 'TCP':
        return namespace.run(() => tcpListen(toAddress, port, BACKLOG));
      case 'SCTP':
        return namespace.run(() => sctpListen(toAddress, port, BACKLOG));
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

function echo(fd: number): void {
  for (;;) {
    const datagram = receiveDatagram(fd);
    if (typeof datagram === 'string') return;
    sendDatagram(fd, datagram.data, datagram.from);
  }
}
