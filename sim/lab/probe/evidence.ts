/** What the wire gave, as traces say it, and what that means. */
import type { SocketOutcome } from '../../linux/socket.ts';

/** `refused`: a reset or an ICMP "port unreachable" came back, so the packet did arrive. */
export type Evidence = 'connected' | 'answered' | 'refused' | 'timeout' | 'unreachable';

const EVIDENCE: Readonly<Record<SocketOutcome, Evidence | null>> = {
  connected: 'connected',
  pending: null,
  refused: 'refused',
  reset: 'refused',
  timeout: 'timeout',
  unreachable: 'unreachable',
  denied: 'unreachable',
};

/** Null: nothing is known yet. */
export function evidenceOf(outcome: SocketOutcome): Evidence | null {
  return EVIDENCE[outcome];
}

/** Whether a packet got through, there and back. */
export function measuredBy(evidence: Evidence): 'allowed' | 'denied' {
  return evidence === 'timeout' || evidence === 'unreachable' ? 'denied' : 'allowed';
}
