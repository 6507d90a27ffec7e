/** Flows that the policies in force deny are asked for once, shortly: they end at once in place of waiting for a connection. */
import { explainVerdict } from '../../../dataplane/policy/judgement.ts';
import type { Oracle } from '../../../dataplane/policy/oracle.ts';
import { judgeFlow } from '../../plan/flows/denied-flows.ts';
import type { FlowPlan } from '../../plan/plan.ts';
import type { Lab } from '../lab.ts';
import { note } from '../lab.ts';
import { measuredBy } from '../probe/evidence.ts';
import { askProbes } from '../probe/probes.ts';
import { generatorOf } from './choose-generator.ts';
import { portOfIperf3 } from './iperf3.ts';

/** As a probe is given. */
const PATIENCE_NS = 500e6;

/**
 * Of `flows` those that policies deny and that the wire does not carry either, each with both in words. What the oracle says is
 * not taken for granted: a packet is sent, and where it arrives the flow may run, with a note.
 * @throws SystemCallError when nothing can be sent
 */
export async function deniedFlows(
  lab: Lab,
  flows: readonly FlowPlan[],
  oracle: Oracle,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const asked = new Map<number, { readonly why: string; readonly port: string }>();
  const probes = flows.flatMap((flow) => {
    // A probe goes to one; that a copy of many is denied shows at its receiver.
    if (flow.group !== undefined) return [];
    const { flowId: probeId, from, to, fromAddress, toAddress, protocol } = flow;
    const port = generatorOf(flow, lab.clockKind) === 'iperf3' ? portOfIperf3(flow) : (flow.port ?? lab.ports.take(1));
    const judgement = judgeFlow(oracle, flow, port);
    if (judgement.verdict === 'allowed') return [];
    asked.set(probeId, { why: explainVerdict(judgement), port: `${protocol}/${port}` });
    return [{ probeId, from, to, fromAddress, toAddress, protocol, port, expect: 'denied' as const }];
  });
  const denied = new Map<number, string>();
  if (probes.length === 0) return denied;
  await askProbes(lab, { probes, timeoutNs: PATIENCE_NS, oracle }, signal, ({ probeId }, { evidence }) => {
    const { why, port } = asked.get(probeId) ?? { why: '', port: '' };
    if (measuredBy(evidence) === 'denied') denied.set(probeId, `denied: ${why}; ${port} asked: ${evidence}`);
    else note(lab, 'warning', `flow ${probeId}: denied by the policies (${why}), but ${port} asked: ${evidence}`);
  });
  return denied;
}
