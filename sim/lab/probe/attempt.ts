/** One probe under way: how each protocol asks, and how the wire's answer is read. */
import { icmpSocket, sendEcho } from '../../linux/icmp.ts';
import type { Interest } from '../../linux/poll.ts';
import {
  close,
  closeWithReset,
  receiveDatagram,
  sctpConnectStart,
  sendDatagram,
  socketOutcome,
  tcpConnectStart,
  udpSocket,
} from '../../linux/socket.ts';
import type { SocketOutcome } from '../../linux/socket.ts';
import type { ProbePlan } from '../../plan/plan.ts';
import type { Evidence } from './evidence.ts';
import { evidenceOf } from './evidence.ts';

export interface Attempt {
  readonly probe: ProbePlan;
  /** To poll; null for one that was answered at once, or that waits on its asker's shared socket. */
  readonly fd: number | null;
  readonly interest: Interest;
  /** Known from the beginning: no route, a listener so near that it answered at once. */
  readonly immediate: Evidence | null;
  /** The descriptor is ready: what it says, or null for nothing that decides. */
  read(): Evidence | null;
  /** Asks once more, where a lost question would otherwise pass for a denied one. */
  again(): void;
  close(): void;
}

const QUESTION = Buffer.from('ipvlane');

/** Begins a connection. To be called inside the asker's namespace. @throws SystemCallError */
export function attemptConnection(probe: ProbePlan): Attempt {
  const start = probe.protocol === 'SCTP' ? sctpConnectStart : tcpConnectStart;
  const { fd, outcome } = start({ address: probe.toAddress, port: probe.port }, probe.fromAddress);
  return {
    ...{ probe, fd, interest: 'write' },
    immediate: evidenceOf(outcome),
    read: () => evidenceOf(socketOutcome(fd)),
    // The kernel repeats its SYN by itself.
    again: () => undefined,
    close: () => closeWithReset(fd),
  };
}

/** Sends a datagram that the listener sends back. To be called inside the asker's namespace. @throws SystemCallError */
export function attemptDatagram(probe: ProbePlan): Attempt {
  const fd = udpSocket({
    local: { address: probe.fromAddress, port: 0 },
    remote: { address: probe.toAddress, port: probe.port },
  });
  const ask = (): Evidence | null => sent(sendDatagram(fd, QUESTION));
  return {
    ...{ probe, fd, interest: 'read' },
    immediate: ask(),
    read: () => {
      const answer = receiveDatagram(fd);
      return typeof answer === 'string' ? evidenceOf(answer) : 'answered';
    },
    again: () => void ask(),
    close: () => close(fd),
  };
}

/** A raw socket of one asker: it hears the replies to all of the asker's echo requests. */
export function echoSocket(fromAddress: string): number {
  return icmpSocket(fromAddress);
}

/** Sends an echo request; the reply is read from the asker's shared socket. @throws SystemCallError */
export function attemptEcho(probe: ProbePlan, socket: number): Attempt {
  const ask = (): Evidence | null => sent(sendEcho(socket, probe.toAddress, echoOf(probe.probeId), QUESTION));
  return {
    ...{ probe, fd: null, interest: 'read' },
    immediate: ask(),
    read: () => null,
    again: () => void ask(),
    close: () => undefined,
  };
}

/** A probe's number as identifier and sequence of its echo request, and back. */
export function echoOf(probeId: number): { readonly id: number; readonly sequence: number } {
  return { id: IDENTIFIER + (probeId >>> 16), sequence: probeId & 0xffff };
}

export function probeIdOf({ id, sequence }: { readonly id: number; readonly sequence: number }): number {
  return ((id - IDENTIFIER) << 16) | sequence;
}

/** Away from the identifiers that ping takes from its process id in a namespace as small as ours. */
const IDENTIFIER = 0xe000;

/** A datagram that left says nothing yet. */
function sent(outcome: SocketOutcome): Evidence | null {
  return outcome === 'connected' ? null : evidenceOf(outcome);
}
