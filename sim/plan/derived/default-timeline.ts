/** What is done where nobody wrote a timeline: pods come up, reach each other's ports, and their limits are measured. Pure. */
import { parseAddress } from '../../../dataplane/policy/address.ts';
import { prepareOracle } from '../../../dataplane/policy/oracle.ts';
import type { Charge } from '../../../dataplane/bandwidth/charge.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Located } from '../../manifest/manifests.ts';
import { policyWorld, type Cluster } from '../cluster/cluster.ts';
import { refuseChargedFlows } from '../wire/charged-frames.ts';
import type { Parties } from '../cluster/parties.ts';
import type { FlowPlan, HostPlan, NodePlan, Plan, StepPlan, UnderlayPlan, UnmeasuredLimit } from '../plan.ts';
import { defaultProbes } from '../steps/probes.ts';
import { remembered } from '../remembered.ts';
import { askOfScenario } from '../ask-of-scenario.ts';
import { kindsOf, limitFlows, limitsOf, type Limit } from './limit-flows.ts';
import { expectationsFor, flowForClock } from './measured-limit.ts';
import { PeerHosts, type Neighbourhood } from './peer-host.ts';
import { inRounds } from './rounds.ts';

const DEFAULT_WAIT_NS = 30_000_000_000;
const DEFAULT_PROBE_TIMEOUT_NS = 500_000_000;
/** Limits that are looked at: more are not measured in a minute, and each asks the policies about many peers. */
const MOST_LIMITS = 256;

export interface DerivedTimeline {
  readonly timeline: readonly StepPlan[];
  /** New ones, on the wire to measure against. */
  readonly hosts: readonly HostPlan[];
  readonly unmeasured: readonly UnmeasuredLimit[];
}

export interface DerivedContext {
  readonly parties: Parties;
  readonly cluster: Cluster;
  readonly underlay: UnderlayPlan;
  readonly charge: Charge;
  readonly nodes: readonly NodePlan[];
  readonly hosts: readonly HostPlan[];
  readonly pools: Neighbourhood['pools'];
  readonly scenario: Located;
  /** Whether limits are measured. */
  readonly traffic: boolean;
  readonly diagnostics: Collector;
}

export function deriveTimeline(context: DerivedContext): DerivedTimeline {
  const { parties } = context;
  const steps: Unplaced[] = [
    {
      kind: 'wait',
      name: 'all pods are ready',
      timeoutNs: DEFAULT_WAIT_NS,
      pods: parties.pods.map(({ plan }) => plan),
    },
  ];
  if (parties.pods.length > 1) {
    steps.push({
      kind: 'probe',
      name: 'pods reach the declared ports of each other',
      timeoutNs: DEFAULT_PROBE_TIMEOUT_NS,
      probes: defaultProbes(parties.pods, 1, context),
    });
  }
  const measured = context.traffic ? measureLimits(context) : NOTHING;
  for (const [i, flows] of measured.rounds.entries()) {
    const count = measured.rounds.length === 1 ? '' : `, ${i + 1} of ${measured.rounds.length}`;
    const expect = flows.flatMap((flow) => expectationsFor(flow, 'real'));
    steps.push({ kind: 'traffic', name: `limits hold${count}`, flows, expect });
  }
  const timeline = steps.map((step, index): StepPlan => ({ ...step, index, position: null }));
  return { timeline, hosts: measured.hosts, unmeasured: measured.unmeasured };
}

/** The plan with what its clock can tell of limits: exactly under a virtual one. */
export function forClock(plan: Plan, clock: 'real' | 'virtual'): Plan {
  const timeline = plan.timeline.map((step) => {
    if (step.kind !== 'traffic' || !step.flows.some(({ measures }) => measures !== undefined)) return step;
    const flows = step.flows.map((flow) => flowForClock(flow, clock));
    return { ...step, flows, expect: flows.flatMap((flow) => expectationsFor(flow, clock)) };
  });
  return { ...plan, timeline };
}

type Unplaced = StepPlan extends infer S ? (S extends StepPlan ? Omit<S, 'index' | 'position'> : never) : never;

interface Measured {
  readonly rounds: readonly (readonly FlowPlan[])[];
  readonly hosts: readonly HostPlan[];
  readonly unmeasured: readonly UnmeasuredLimit[];
}

const NOTHING: Measured = { rounds: [], hosts: [], unmeasured: [] };

function measureLimits(context: DerivedContext): Measured {
  const { parties, cluster, underlay, nodes, hosts, pools, charge, scenario, diagnostics } = context;
  const limits = limitsOf(parties.pods);
  if (limits.length === 0) return NOTHING;
  const around = { pods: [...cluster.pods.values()], hosts, nodes, pools };
  const oracle = prepareOracle(policyWorld(cluster));
  const found = limitFlows(
    limits.slice(0, MOST_LIMITS),
    {
      pods: parties.pods,
      nodes,
      policies: [...cluster.policies.values()],
      oracle,
      hosts: new PeerHosts(around),
      addressOf: remembered(parseAddress),
      kindOf: kindsOf(oracle),
    },
    { scenario, parties, underlay, charge, diagnostics },
  );
  refuseChargedFlows(found.flows, { charge, alone: true, spanOf: () => undefined, diagnostics });
  const limited = new Set(limits.flatMap(({ pods }) => pods.map(({ name }) => name)));
  const { rounds, leftOut } = inRounds(found.flows, (party) => limited.has(party));
  for (const { limit, help } of found.unmeasured) {
    const { of, direction, why } = limit;
    diagnostics.add('W441', undefined, `the ${direction} limit of ${of} is not measured: ${why}`, { help });
  }
  const late = [...leftOut.flatMap(({ measures }) => measures ?? []), ...limits.slice(MOST_LIMITS).map(unlooked)];
  if (late.length > 0) {
    diagnostics.add(
      'W442',
      undefined,
      `of ${limits.length} limits ${limits.length - late.length - found.unmeasured.length} are measured, for no run measures longer than a minute by itself; left out: ${few(late)}`,
      {
        help: `${askOfScenario('flows that measure the others', scenario)}, or run a part of the manifests`,
      },
    );
  }
  const usedHosts = new Set(
    rounds
      .flat()
      .flatMap(({ from, to }) => [from, to])
      .flatMap((one) => (one.kind === 'host' ? [one.name] : [])),
  );
  const why = 'there was no time for it';
  const unmeasured = late.map(({ of, direction, limitBps }) => ({ of, direction, limitBps, why }));
  return {
    rounds,
    hosts: found.hosts.filter(({ name }) => usedHosts.has(name)),
    unmeasured: [...found.unmeasured.map(({ limit }) => limit), ...unmeasured],
  };
}

function unlooked({ of, direction, bps }: Limit): Pick<UnmeasuredLimit, 'of' | 'direction' | 'limitBps'> {
  return { of, direction, limitBps: bps };
}

function few(limits: readonly { readonly of: string; readonly direction: string }[]): string {
  const names = limits.slice(0, 5).map(({ of, direction }) => `${direction} of ${of}`);
  return limits.length > names.length
    ? `${names.join(', ')} and ${limits.length - names.length} more`
    : names.join(', ');
}
