/** Steps of a Scenario to steps of the plan. */
import type { Charge } from '../../../dataplane/bandwidth/charge.ts';
import { prepareOracle, type Oracle } from '../../../dataplane/policy/oracle.ts';
import type { Collector } from '../../diagnostics/collector.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { DropReason } from '../../../dataplane/bpf/abi.generated.ts';
import { didYouMean } from '../../diagnostics/nearest.ts';
import type { Expectation } from '../../manifest/scenario/expectation.ts';
import type { ScenarioManifest, ScenarioProbe, ScenarioStep } from '../../manifest/manifests.ts';
import { refuseChargedFlows } from '../wire/charged-frames.ts';
import { contradictionOf } from './contradicted-probes.ts';
import { carryingNothing, denialOf, runsThoughDenied } from '../flows/denied-flows.ts';
import { planFlows, sharePorts } from '../flows/flows.ts';
import { pathBetween } from '../wire/path.ts';
import { besideGroup } from '../flows/group-flows.ts';
import { planInjection } from './injections.ts';
import { titleOfChange } from '../cluster/describe-change.ts';
import { objectKey, policyWorld, type Cluster } from '../cluster/cluster.ts';
import { requireLinks, requireNic } from '../wire/known-machines.ts';
import { allWays } from '../wire/links.ts';
import type { LiveChanges } from '../cluster/live-changes.ts';
import { KERNEL_LOSSES } from '../flows/kernel-losses.ts';
import { positionOf } from '../network/network-policy.ts';
import type { PartyReference } from '../../manifest/scenario/party.ts';
import type { Parties } from '../cluster/parties.ts';
import { changeVerbs, partyName, type ExpectationPlan, type FlowPlan, type PartyPlan } from '../plan.ts';
import type { NodePlan, PodPlan, ProbePlan, StepPlan, UnderlayPlan } from '../plan.ts';
import { withShares } from '../flows/step-shares.ts';
import { timeForVolumes, warnOfHurry } from '../flows/time-for-volumes.ts';
import { planUnderlay } from '../wire/underlay.ts';
import { planProbes } from './probes.ts';

const DEFAULT_WAIT_NS = 30_000_000_000;
const DEFAULT_PROBE_TIMEOUT_NS = 500_000_000;

export interface TimelineContext {
  readonly parties: Parties;
  /** At the beginning. */
  readonly underlay: UnderlayPlan;
  readonly nodes: readonly NodePlan[];
  readonly charge: Charge;
  /** The cluster, which steps change. */
  readonly live: LiveChanges;
  readonly diagnostics: Collector;
}

/** The steps that are written; there are some (else sim/plan/derived). */
export function planTimeline(scenario: ScenarioManifest, context: TimelineContext): StepPlan[] {
  const planner = new TimelinePlanner(scenario, context);
  return scenario.spec.timeline.map((step, index) => planner.plan(step, index));
}

class TimelinePlanner {
  readonly #scenario: ScenarioManifest;
  readonly #context: TimelineContext;
  #underlay: UnderlayPlan;
  #nextFlow = 1;
  #nextProbe = 1;
  /** Interfaces of nodes that a step has taken down. */
  readonly #down = new Set<string>();
  #judging: { readonly cluster: Cluster; readonly oracle: Oracle } | null = null;

  constructor(scenario: ScenarioManifest, context: TimelineContext) {
    this.#scenario = scenario;
    this.#context = context;
    this.#underlay = context.underlay;
  }

  plan(step: ScenarioStep, index: number): StepPlan {
    const { parties, diagnostics } = this.#context;
    const named = (name: string): string => (step.turn === null ? name : `${name} (${step.turn})`);
    const base = {
      index,
      name: named(step.name ?? nameOf(step)),
      position: positionOf(this.#scenario.spanOf(step.path)),
      ...(step.notBefore === null
        ? {}
        : { notBefore: { step: index - step.notBefore.stepsBack, ns: step.notBefore.ns } }),
    };
    switch (step.verb) {
      case 'wait': {
        const awaited =
          step.pods === null ? parties.pods : step.pods.flatMap((reference) => parties.resolve(reference));
        return {
          ...base,
          kind: 'wait',
          pods: [...new Set(awaited)].map(({ plan }) => plan),
          timeoutNs: step.timeoutNs ?? DEFAULT_WAIT_NS,
        };
      }
      case 'traffic': {
        const flows: FlowPlan[] = [];
        this.#refuseBesideGroup(step);
        const spans = new Map<number, Span>();
        const unhurried = new Set<number>();
        for (const line of step.flows) {
          const context = { ...this.#context, underlay: this.#underlay, scenario: this.#scenario };
          const made = planFlows(line, this.#nextFlow + flows.length, context);
          for (const { flowId } of made) {
            spans.set(flowId, this.#scenario.spanOf(line.path));
            if (line.bytes !== null && line.durationNs === null) unhurried.add(flowId);
          }
          flows.push(...made);
        }
        this.#nextFlow += flows.length;
        const path = [...step.path, 'traffic'];
        const traffic = {
          ...base,
          kind: 'traffic' as const,
          flows: timeForVolumes(
            withShares(sharePorts(flows, step.background, { scenario: this.#scenario, path, diagnostics }), unhurried),
            unhurried,
          ),
          ...(step.background ? { background: true } : {}),
          expect: step.expect.flatMap((one) => this.#expectation(one, flows)),
        };
        const traffics = this.#scenario.spec.timeline.filter(({ verb }) => verb === 'traffic');
        refuseChargedFlows(traffic.flows, {
          charge: this.#context.charge,
          alone: traffics.length === 1 || !traffics.some((one) => one.verb === 'traffic' && one.background),
          spanOf: ({ flowId }) => spans.get(flowId),
          diagnostics,
        });
        const denied = this.#warnOfDenied(traffic, spans);
        warnOfHurry(traffic.flows, spans, diagnostics);
        const foretold = traffic.flows.map((flow) => (denied.has(flow.flowId) ? carryingNothing(flow) : flow));
        return { ...traffic, flows: foretold };
      }
      case 'inject': {
        const context = { scenario: this.#scenario, parties, diagnostics };
        const injections = step.injections.flatMap((line) => planInjection(line, context) ?? []);
        return {
          ...base,
          kind: 'inject',
          injections,
          expect: step.expect.flatMap((one) => this.#expectation(one, [])),
        };
      }
      case 'probe': {
        const probes = step.probes.flatMap((probe) => {
          const plans = planProbes(probe, this.#nextProbe, { scenario: this.#scenario, parties, diagnostics });
          this.#nextProbe += plans.length;
          this.#warnOfContradicted(plans, probe);
          return plans;
        });
        return { ...base, kind: 'probe', probes, timeoutNs: step.timeoutNs ?? DEFAULT_PROBE_TIMEOUT_NS };
      }
      case 'apply':
      case 'delete':
      case 'restart':
      case 'label':
      case 'scale':
      case 'annotate': {
        const { live } = this.#context;
        const { change } = live.planStep(
          index,
          step,
          { where: (path) => this.#scenario.spanOf(path), underlay: this.#underlay },
          diagnostics,
        );
        parties.setPods(live.planned.pods.values());
        return { ...base, kind: step.verb, change, name: named(step.name ?? titleOfChange(step.verb, change)) };
      }
      case 'underlay': {
        const path = [...step.path, 'underlay'];
        requireLinks(step.underlay.links, parties, { scenario: this.#scenario, diagnostics });
        this.#underlay = planUnderlay(step.underlay, this.#scenario, path, this.#underlay, diagnostics);
        if (this.#context.charge !== 'l2' && allWays(this.#underlay).some(({ rateBps }) => rateBps !== null)) {
          diagnostics.add(
            'E422',
            this.#scenario.spanOf(path),
            `a wire that changes counts frames as the kernel does, and beside \`charge: ${this.#context.charge}\` what it lets through is not measured`,
            { help: 'leave out the rates of the wire, or `charge`' },
          );
        }
        return { ...base, kind: 'underlay', underlay: this.#underlay };
      }
      case 'link':
        this.#requireNic(step);
        this.#down[step.up ? 'delete' : 'add'](`${step.node} ${step.interface}`);
        return { ...base, kind: 'link', node: step.node, interface: step.interface, up: step.up };
      case 'sleep':
        return { ...base, kind: 'sleep', durationNs: step.durationNs };
    }
  }

  #refuseBesideGroup(step: Extract<ScenarioStep, { verb: 'traffic' }>): void {
    const refused = besideGroup(step);
    if (refused === null) return;
    const span = this.#scenario.spanOf([...step.path, 'traffic', refused.index, 'group']);
    this.#context.diagnostics.add('E417', span, refused.why, { help: refused.help });
  }

  /** By the policies as they stand then. @returns ids of the flows that they deny */
  #warnOfDenied(step: Extract<StepPlan, { kind: 'traffic' }>, spans: ReadonlyMap<number, Span>): ReadonlySet<number> {
    const denied = new Set<number>();
    const { live, diagnostics } = this.#context;
    if (live.planned.policies.size === 0) return denied;
    const changesLater = this.#scenario.spec.timeline.slice(step.index + 1).some(({ verb }) => CHANGES.has(verb));
    const oracle = this.#oracle();
    for (const flow of step.flows) {
      if (runsThoughDenied(flow.flowId, step, changesLater)) continue;
      const denial = denialOf(oracle, flow, this.#podOf(flow.to));
      if (denial === null) continue;
      const who = `${partyName(flow.from)} -> ${partyName(flow.to)} ${flow.protocol}${flow.port === undefined ? '' : `/${flow.port}`}`;
      denied.add(flow.flowId);
      diagnostics.add('W440', spans.get(flow.flowId), `${who} is denied: ${denial.why}`, { help: denial.help });
    }
    return denied;
  }

  /** Once for each line of the Scenario. What a wire lets through that is down, or loses all, no policy says. */
  #warnOfContradicted(plans: readonly ProbePlan[], { path, expect }: ScenarioProbe): void {
    if (expect === null || expect === 'predicted') return;
    const losesAll = allWays(this.#underlay).some(({ lossPct }) => lossPct === 100);
    if (expect === 'denied' && (this.#down.size > 0 || losesAll)) return;
    const { nodes, parties } = this.#context;
    const end = (plan: PartyPlan) => ({ name: partyName(plan), plan, addresses: [], pod: this.#podOf(plan) });
    const found = plans.flatMap((probe) => {
      const way = pathBetween(
        { underlay: this.#underlay, nodes, hosts: parties.hosts },
        end(probe.from),
        end(probe.to),
      );
      return contradictionOf(this.#oracle(), probe, way) ?? [];
    });
    const [first] = found;
    if (first === undefined) return;
    const others = found.length === 1 ? '' : ` (and ${found.length - 1} more of this line)`;
    const message = `${first.who}${others} is expected to be ${expect}, which cannot be: ${first.why}`;
    const span = this.#scenario.spanOf([...path, 'expect']);
    this.#context.diagnostics.add('W443', span, message, { help: first.help });
  }

  /** null for hosts and nodes. */
  #podOf(party: PartyPlan): PodPlan | null {
    return party.kind === 'pod' ? (this.#context.live.planned.pods.get(objectKey(party)) ?? null) : null;
  }

  /** Prepared once for as long as the cluster stays as it is. */
  #oracle(): Oracle {
    const { planned } = this.#context.live;
    if (this.#judging?.cluster !== planned) {
      this.#judging = { cluster: planned, oracle: prepareOracle(policyWorld(planned)) };
    }
    return this.#judging.oracle;
  }

  #requireNic({ node, interface: nic, path }: Extract<ScenarioStep, { verb: 'link' }>): void {
    const { nodes, diagnostics } = this.#context;
    const paths = { node: [...path, 'link', 'node'], nic: [...path, 'link', 'interface'] };
    requireNic(nodes, node, nic, paths, { scenario: this.#scenario, diagnostics });
  }

  /** An expectation on one flow names it by its two ends. */
  #expectation(written: Expectation, flows: readonly FlowPlan[]): ExpectationPlan[] {
    const { text, metric, dropReason, comparison } = written;
    if (dropReason !== null && !DROP_REASONS.includes(dropReason)) {
      this.#context.diagnostics.add(
        'E311',
        this.#scenario.spanOf(written.path),
        `nothing is ever dropped for the reason ${dropReason}`,
        { help: didYouMean(dropReason, DROP_REASONS) ?? `use one of: ${DROP_REASONS.join(', ')}` },
      );
    }
    const base = {
      text,
      position: positionOf(this.#scenario.spanOf(written.path)),
      metric,
      dropReason,
      comparison,
      ...(written.between === null ? {} : { between: written.between }),
    };
    if (written.sum && flows.some(({ group }) => group !== undefined)) {
      this.#context.diagnostics.add(
        'E422',
        this.#scenario.spanOf(written.path),
        'copies of one stream are not added up: the sender sends, and its limit is charged, once',
        { help: 'leave out `sum(...)`: it is then expected of each receiver' },
      );
    }
    const idsOf = (some: readonly FlowPlan[]): number[] => some.map(({ flowId }) => flowId);
    if (written.flow === null) {
      this.#requireWithin(written, flows);
      return [{ ...base, flowId: null, ...(written.sum ? { sumOf: idsOf(flows) } : {}) }];
    }
    const { parties } = this.#context;
    const ends = (reference: PartyReference): Set<string> =>
      names(written.sum ? parties.resolve(reference) : parties.resolveOne(reference));
    const from = ends(written.flow.from);
    const to = ends(written.flow.to);
    const meant = flows.filter((flow) => from.has(partyName(flow.from)) && to.has(partyName(flow.to)));
    this.#requireWithin(written, meant);
    if (meant.length === 0 && from.size > 0 && to.size > 0) {
      this.#context.diagnostics.add(
        'E305',
        this.#scenario.spanOf(written.path),
        `no flow of this step goes from ${written.flow.from.text} to ${written.flow.to.text}`,
        {
          help: 'name the two ends of one of the flows above',
        },
      );
    }
    if (written.sum) return meant.length === 0 ? [] : [{ ...base, flowId: null, sumOf: idsOf(meant) }];
    return meant.map(({ flowId }) => ({ ...base, flowId }));
  }

  /** What is measured of a part of a flow must be over before the flow is. */
  #requireWithin({ between, path }: Expectation, flows: readonly FlowPlan[]): void {
    const short = flows.find(({ durationNs }) => between !== null && between.toNs > durationNs);
    if (between === null || short === undefined) return;
    this.#context.diagnostics.add(
      'E453',
      this.#scenario.spanOf(path),
      `${partyName(short.from)} -> ${partyName(short.to)} is over ${short.durationNs / 1e9} s after its first byte, and this is about the time until ${between.toNs / 1e9} s`,
      { help: 'take a time within the `duration` of the flow, or let the flow last longer' },
    );
  }
}

const CHANGES: ReadonlySet<string> = new Set(changeVerbs);

/** The dataplane's own, and what the measurement reads off the queueing disciplines and the kernel's counters (docs/measurement.md). */
const DROP_REASONS: readonly string[] = [
  ...Object.keys(DropReason),
  ...['FQ_FLOW_LIMIT', 'FQ_HORIZON', 'QDISC_DROP', 'WIRE_QUEUE', 'WIRE_LOSS'],
  ...KERNEL_LOSSES.map(({ reason }) => reason),
];

function nameOf(step: ScenarioStep): string {
  switch (step.verb) {
    case 'wait':
      return step.pods === null ? 'all pods are ready' : `${step.pods.map(({ text }) => text).join(', ')} ready`;
    case 'traffic':
      return step.flows
        .map(({ from, to, group }) =>
          group === null
            ? `${texts(from)} sends to ${texts(to)}`
            : `${texts(from)} sends to ${group}, heard by ${texts(to)}`,
        )
        .join('; ');
    case 'inject':
      return step.injections.map(({ from, to, frame }) => `${frame} ${from.text} -> ${to.text}`).join('; ');
    case 'probe':
      return step.probes.map(({ from, to }) => `probe ${texts(from)} -> ${texts(to)}`).join('; ');
    case 'apply':
    case 'delete':
    case 'restart':
    case 'label':
    case 'scale':
    case 'annotate':
      return step.verb;
    case 'underlay':
      return 'the wire changes';
    case 'link':
      return `${step.interface} of ${step.node} ${step.up ? 'up' : 'down'}`;
    case 'sleep':
      return `sleep ${step.durationNs / 1e9} s`;
  }
}

function texts(references: readonly { readonly text: string }[]): string {
  return references.map(({ text }) => text).join(', ');
}

function names(parties: readonly { readonly name: string }[]): Set<string> {
  return new Set(parties.map(({ name }) => name));
}
