/** One probe under way: how each protocol asks, and how the wire's answer is read. */
import { isDroppedOnItsWayOut } from '../../linux/errno.ts';
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
import type { EchoAsker } from './echo-asker.ts';
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
  /** Asks once more, where a lost question would otherwise pass for a denied one. Null: by a new attempt in its place. */
  readonly again: (() => void) | null;
  close(): void;
}

const QUESTION = Buffer.from('ipvlane');

/** Begins a connection. To be called inside the asker's namespace. @throws SystemCallError */
export function attemptConnection(probe: ProbePlan): Attempt {
  const start = probe.protocol === 'SCTP' ? sctpConnectStart : tcpConnectStart;
  const { fd, outcome } = start({ address: probe.toAddress, port: probe.port }, probe.fromAddress);
  return {
    probe,
    fd,
    interest: 'write',
    immediate: evidenceOf(outcome),
    read: () => evidenceOf(socketOutcome(fd)),
    // The kernel repeats a SYN only after a second, an INIT after three.
    again: null,
    close: () => closeWithReset(fd),
  };
}

/** Sends a datagram that the listener sends back. To be called inside the asker's namespace. @throws SystemCallError */
export function attemptDatagram(probe: ProbePlan): Attempt {
  const fd = udpSocket({
    local: { address: probe.fromAddress, port: 0 },
    remote: { address: probe.toAddress, port: probe.port },
  });
  const ask = (): Evidence | null => sent(() => sendDatagram(fd, QUESTION));
  return {
    probe,
    fd,
    interest: 'read',
    immediate: ask(),
    read: () => {
      const answer = receiveDatagram(fd);
      return typeof answer === 'string' ? evidenceOf(answer) : 'answered';
    },
    again: () => void ask(),
    close: () => close(fd),
  };
}

/** Sends an echo request; the reply comes to the asker's shared socket. @throws SystemCallError */
export function attemptEcho(probe: ProbePlan, asker: EchoAsker): Attempt {
  const send = asker.question(probe.probeId, probe.toAddress, QUESTION);
  const ask = (): Evidence | null => sent(send);
  return {
    probe,
    fd: null,
    interest: 'read',
    immediate: ask(),
    read: () => null,
    again: () => void ask(),
    close: () => undefined,
  };
}

/** A datagram that left says nothing yet; nor does one that was dropped on its way out. */
function sent(send: () => SocketOutcome): Evidence | null {
  try {
    const outcome = send();
    return outcome === 'connected' ? null : evidenceOf(outcome);
  } catch (error) {
    if (isDroppedOnItsWayOut(error)) return null;
    throw error;
  }
}
