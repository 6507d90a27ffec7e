/** Flows that NetworkPolicy denies: they carry nothing, so whoever wrote one is told, and a run does not wait for it. Pure. */
import { explainVerdict, type Judgement } from '../../../dataplane/policy/judgement.ts';
import type { Oracle } from '../../../dataplane/policy/oracle.ts';
import type { ExpectationPlan, FlowPlan, PodPlan } from '../plan.ts';

/** The first port of flows that name none (sim/lab/traffic). Policies that allow it allow all that are not asked for by number. */
export const FIRST_FLOW_PORT = 12_000;

/** What the policies say of a flow's first packet. @throws RangeError when the world is malformed */
export function judgeFlow(oracle: Oracle, flow: FlowPlan, port = flow.port ?? FIRST_FLOW_PORT): Judgement {
  const { fromAddress: from, toAddress: to, protocol, group } = flow;
  const heard = oracle.judge({ from, to, protocol, port });
  if (group === undefined) return heard;
  // To the sender's policies a group is an address outside of the cluster; the receiver's ask who sent it.
  const { egress } = oracle.judge({ from, to: group.address, protocol, port });
  const allowed = egress.outcome === 'allowed' && heard.ingress.outcome === 'allowed';
  return { ...heard, verdict: allowed ? 'allowed' : 'denied', egress };
}

/**
 * Why the flow is denied, in words, with a remedy; null: it is allowed.
 * @param receiver null for hosts and nodes
 */
export function denialOf(
  oracle: Oracle,
  flow: FlowPlan,
  receiver: PodPlan | null,
): { readonly why: string; readonly help: string } | null {
  const judgement = judgeFlow(oracle, flow);
  if (judgement.verdict === 'allowed') return null;
  const open = (receiver?.ports ?? []).find(
    ({ protocol, port }) => protocol === flow.protocol && judgeFlow(oracle, flow, port).verdict === 'allowed',
  );
  const help =
    open === undefined
      ? 'let the policies allow it, take another sender or receiver, or expect `drops.POLICY_DENIED > 0`'
      : `write \`port: ${open.port}\`, which they allow`;
  return { why: explainVerdict(judgement), help };
}

/** What is foretold of a flow that policies deny. */
export function carryingNothing(flow: FlowPlan): FlowPlan {
  return { ...flow, predictedGoodputBps: 0 };
}

/**
 * Whether a flow is to run though policies deny it as it begins: its step expects losses, or it flows in the background while a
 * later step changes the cluster.
 */
export function runsThoughDenied(
  flowId: number,
  step: { readonly expect: readonly ExpectationPlan[]; readonly background?: boolean },
  changesLater: boolean,
): boolean {
  const own = step.expect.filter(({ flowId: of, sumOf }) =>
    sumOf === undefined ? of === null || of === flowId : sumOf.includes(flowId),
  );
  return own.some(expectsLoss) || (step.background === true && changesLater);
}

function expectsLoss({ metric, dropReason, comparison }: ExpectationPlan): boolean {
  if (metric === 'drops' && dropReason === 'POLICY_DENIED') return true;
  const losses = metric === 'lost_packets' || metric === 'loss_pct' || (metric === 'drops' && dropReason === null);
  if (!losses) return false;
  const { op, value } = comparison;
  const zero = value.of === 'number' && value.value === 0;
  return zero ? op === '>' || op === '!=' : !op.startsWith('<');
}
