/** One flow that a person asks for, with the limit on its way and what that leaves: as a Scenario's flow is planned. Pure. */
import { readRate } from '../../../dataplane/bandwidth/rate.ts';
import { prepareOracle } from '../../../dataplane/policy/oracle.ts';
import { Collector } from '../../diagnostics/collector.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { PartyReference } from '../../manifest/scenario/party.ts';
import { objectKey, clusterAtStart, policyWorld } from '../cluster/cluster.ts';
import { carryingNothing, judgeFlow } from './denied-flows.ts';
import { planFlows } from './flows.ts';
import { Parties } from '../cluster/parties.ts';
import { refuseChargedFlows } from '../wire/charged-frames.ts';
import { chargeOf, type FlowPlan, type PartyPlan, type Plan } from '../plan.ts';

export interface OneFlow {
  readonly from: PartyPlan;
  readonly to: PartyPlan;
  readonly protocol: 'TCP' | 'UDP';
  readonly durationNs: number;
  /** Where the receiver listens; null: a port that nothing else of the lab has. */
  readonly port: number | null;
  /** A Kubernetes quantity in bits per second, as written; null: TCP as fast as it goes, UDP a tenth above the limit. */
  readonly rate: string | null;
}

/** Where no limit tells how much UDP to offer. */
const UNLIMITED_UDP_BPS = 10e6;
const ABOVE_LIMIT = 1.1;

/** @returns a null flow where a diagnostic says why */
export function planOneFlow(
  plan: Plan,
  asked: OneFlow,
): { readonly flow: FlowPlan | null; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics = new Collector();
  const scenario = { spanOf: () => undefined };
  const lab = { pods: plan.pods, hosts: plan.hosts, nodes: plan.nodes };
  const none = { coordinated: new Set<string>(), hostNetwork: [], unplanned: [] };
  const parties = new Parties(scenario, { ...lab, ...none }, diagnostics);
  const planAt = (rateBps: number | null): FlowPlan | null => {
    const flow = {
      path: [],
      from: [referenceTo(asked.from)],
      to: [referenceTo(asked.to)],
      group: null,
      protocol: asked.protocol,
      streams: null,
      durationNs: asked.durationNs,
      bytes: null,
      rateBps,
      datagramBytes: null,
      port: asked.port,
      family: null,
      ping: false,
      generator: 'ipvlane' as const,
      congestion: null,
      ecn: null,
      requests: null,
      sendBufferBytes: null,
      receiveBufferBytes: null,
    };
    return (
      planFlows(flow, 1, { scenario, parties, underlay: plan.underlay, charge: chargeOf(plan), diagnostics })[0] ?? null
    );
  };
  if (asked.rate !== null) {
    const rate = readRate(asked.rate);
    if (typeof rate === 'number') return result(planAt(rate));
    diagnostics.add('E410', undefined, rate, { help: 'write bits per second: `50M`' });
    return result(null);
  }
  if (asked.protocol === 'TCP') return result(planAt(null));
  const limit = planAt(UNLIMITED_UDP_BPS)?.configuredBps ?? null;
  return result(planAt(limit === null ? UNLIMITED_UDP_BPS : Math.round(limit * ABOVE_LIMIT)));

  function result(flow: FlowPlan | null) {
    const around = { charge: chargeOf(plan), alone: false, spanOf: () => undefined, diagnostics };
    if (flow !== null) refuseChargedFlows([flow], around);
    const possible = diagnostics.hasErrors || flow === null ? null : foretold(plan, flow);
    return { flow: possible, diagnostics: diagnostics.sorted() };
  }
}

/** By the policies, as a Scenario's flow is. */
function foretold(plan: Plan, flow: FlowPlan): FlowPlan {
  const oracle = prepareOracle(policyWorld(clusterAtStart(plan)));
  return judgeFlow(oracle, flow).verdict === 'denied' ? carryingNothing(flow) : flow;
}

function referenceTo(party: PartyPlan): PartyReference {
  return party.kind === 'pod'
    ? { ...party, text: objectKey(party), replica: null, path: [] }
    : { ...party, text: `${party.kind}:${party.name}`, path: [] };
}
