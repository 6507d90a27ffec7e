/** Probes that cannot come out as they are expected to: policies, or ipvlan itself, say the opposite. Pure. */
import { explainVerdict } from '../../../dataplane/policy/judgement.ts';
import type { Oracle } from '../../../dataplane/policy/oracle.ts';
import type { Path } from '../wire/path.ts';
import { probeName, type ProbePlan } from '../plan.ts';

interface Contradiction {
  /** `default/web -> default/db TCP/80`. */
  readonly who: string;
  readonly why: string;
  readonly help: string;
}

/**
 * null: it may come true, or nobody said what is expected.
 * @param path the way between the two, by their first interfaces
 * @throws RangeError when the world is malformed
 */
export function contradictionOf(oracle: Oracle, probe: ProbePlan, path: Path): Contradiction | null {
  const { from, to, fromAddress, toAddress, protocol, port, expect } = probe;
  if (expect === 'predicted') return null;
  const judgement = oracle.judge({ from: fromAddress, to: toAddress, protocol, port });
  const who = probeName(probe);
  if (expect === 'allowed' && judgement.verdict === 'denied') {
    const help = 'expect `denied`, or let the policies allow it: add the port and the peer to a rule';
    return { who, why: explainVerdict(judgement), help };
  }
  // Between a node and its own pods W412 has spoken.
  const ofPods = from.kind === 'pod' && to.kind === 'pod';
  if (expect === 'allowed' && !path.open && ofPods)
    return { who, why: path.says, help: 'expect `denied`, or take two others' };
  if (expect === 'denied' && judgement.verdict === 'allowed' && path.open) {
    const help = 'expect `allowed`, or write a policy that denies it';
    return { who, why: explainVerdict(judgement), help };
  }
  return null;
}
