/**
 * Takes one record into the observations: a table from record type to what it adds.
 */
import { fullConntrack } from '../checks/spoiling.ts';
import {
  chargeOf,
  isToItself,
  partyName,
  type FlowPlan,
  type LimitOnWay,
  type PartyPlan,
  type ProbePlan,
  type StepPlan,
} from '../../plan/plan.ts';
import { objectKey } from '../../plan/cluster/cluster.ts';
import { wayOfPair } from '../../plan/wire/links.ts';
import { limitBy, smallestLimit, withPodLimits } from '../../plan/wire/way-limits.ts';
import { qdiscDrops } from '../../trace/qdisc-drops.ts';
import type { ChangeRecord, DropRecord, QdiscRecord, RunRecord, TraceRecord } from '../../trace/record.ts';
import { ChargedTotal } from '../flow/charged-total.ts';
import { CounterSeries } from './counter-series.ts';
import {
  BEFORE_IT_BEGAN,
  type DropSeen,
  type EndpointSeen,
  type FlowSeen,
  type Observations,
  type QdiscSeen,
} from './observations.ts';
import type { Sampling } from './sampling.ts';
import { TraceContradiction } from './trace-contradiction.ts';

export function beginObservations(run: RunRecord): Observations {
  const flows = new Map<number, FlowSeen>();
  const probePlans = new Map<number, { probe: ProbePlan; step: StepPlan }>();
  for (const step of run.plan.timeline) {
    if (step.kind === 'traffic') for (const plan of step.flows) flows.set(plan.flowId, flowSeen(plan, step));
    if (step.kind === 'probe') for (const probe of step.probes) probePlans.set(probe.probeId, { probe, step });
  }
  return {
    run,
    t: 0,
    build: { pods: 0, podNs: 0, ns: 0 },
    dataplane: null,
    underlay: run.plan.underlay,
    podPlans: new Map(run.plan.pods.map((pod) => [objectKey(pod), pod])),
    endpointNames: new Map(run.plan.pods.map((pod) => [pod.endpointId, objectKey(pod)])),
    pods: new Map(),
    steps: new Map(),
    endpoints: new Map(),
    qdiscs: new Map(),
    drops: new Map(),
    dropCounters: new Map(),
    losses: new Map(),
    around: new Map(),
    flows,
    probes: new Map(),
    probePlans,
    ruleNames: new Map(),
    policy: null,
    changes: [],
    limited: new Set(),
    notes: [],
    exhausted: [],
    machine: new Map(),
    captures: [],
    end: null,
  };
}

/** @throws TraceContradiction */
export function observe(seen: Observations, sampling: Sampling, record: TraceRecord): void {
  seen.t = Math.max(seen.t, record.t);
  // The table's row takes exactly its type's records; TypeScript cannot see that through an index.
  const take = TAKE[record.type] as (seen: Observations, record: TraceRecord, sampling: Sampling) => void;
  take(seen, record, sampling);
}

type Take<Type extends TraceRecord['type']> = (
  seen: Observations,
  record: Extract<TraceRecord, { type: Type }>,
  sampling: Sampling,
) => void;

const TAKE: { readonly [Type in TraceRecord['type']]: Take<Type> } = {
  run: () => {
    throw new TraceContradiction('a second `run` record: two traces in one file');
  },
  build: (seen, record) => {
    seen.build.ns += record.durationNs;
    if (record.what === 'dataplane') seen.dataplane = record;
    if (record.what !== 'pod') return;
    seen.build.pods += 1;
    seen.build.podNs += record.durationNs;
  },
  pod: (seen, record) => void seen.pods.set(record.pod, record),
  step: (seen, record) => {
    const step = seen.steps.get(record.step);
    if (record.state === 'started') {
      // Done once more: what the first time gave is no part of it.
      if (step !== undefined) beginAgain(seen, record.step);
      seen.steps.set(record.step, {
        startedNs: record.t,
        endedNs: null,
        busyNs: null,
        state: 'started',
        message: null,
      });
      return;
    }
    if (step === undefined) throw new TraceContradiction(`step ${record.step} ended before it started`);
    step.endedNs = record.t;
    step.state = record.state;
    step.message = record.message ?? null;
    const plan = seen.run.plan.timeline[record.step];
    if (plan?.kind !== 'underlay' || record.state !== 'finished') return;
    seen.underlay = plan.underlay;
    for (const flow of seen.flows.values()) if (flow.state === 'started') takeWire(seen, flow, record.t);
  },
  endpoint: (seen, record, sampling) => {
    const before = sampling.before(record);
    const endpoint = entry(seen.endpoints, `${record.endpointId} ${record.direction}`, newEndpoint);
    const charge = chargeOf(seen.run.plan);
    endpoint.offeredBytes.add(record.t, endpoint.charged.offered.count(record.offered, charge), before);
    endpoint.passedBytes.add(record.t, endpoint.charged.passed.count(record.passed, charge), before);
  },
  qdisc: (seen, record, sampling) => {
    const before = sampling.before(record);
    const devices = entry(seen.qdiscs, `${record.where} ${record.direction}`, () => []);
    let qdisc = devices.find(({ device }) => device === record.device);
    if (qdisc === undefined) devices.push((qdisc = newQdisc(record)));
    qdisc.bytes.add(record.t, qdisc.charged.count(record, chargeOf(seen.run.plan)), before);
    qdisc.backlogBytes = record.backlogBytes;
    for (const [reason, packets] of qdiscDrops(record)) qdisc.drops.get(reason)?.add(record.t, packets, before);
  },
  drop: (seen, record, sampling) => {
    const { endpointId, direction, reason, ruleId } = record;
    const before = sampling.before(record);
    const kernelKey = `${endpointId} ${direction} ${reason} ${ruleId}`;
    const counted = entry(seen.dropCounters, kernelKey, () => ({ packets: 0, bytes: 0 }));
    if (record.packets < counted.packets) throw new TraceContradiction(`drop counter ${kernelKey} goes back`);
    // What a rule id means changes with the policies in force; the kernel's counter goes on. Each meaning gets the
    // packets that were dropped under it.
    const rule = ruleText(seen, record);
    const drop = entry(seen.drops, `${kernelKey} ${rule}`, () => newDrop(record, rule));
    if (reason === 'CT_INSERT_FAILED' && seen.run.plan.dataplane?.fullConntrack !== 'refuse')
      seen.exhausted.push(fullConntrack(before, record.t, record.packets - counted.packets));
    drop.packets.add(record.t, drop.packets.last + record.packets - counted.packets, before);
    drop.bytes += record.bytes - counted.bytes;
    counted.packets = record.packets;
    counted.bytes = record.bytes;
  },
  loss: (seen, { t, where, device = null, direction, reason, packets }) => {
    const key = `${where} ${device ?? ''} ${direction} ${reason}`;
    const packetsSeen = entry(seen.losses, key, () => ({
      where,
      device,
      direction,
      reason,
      packets: new CounterSeries(),
    })).packets;
    // It was looked for at the step's beginning and end alone: nothing is known of the moments between.
    packetsSeen.add(t, packets, t);
  },
  around: (seen, { endpointId, packets }) => void seen.around.set(endpointId, packets),
  flow: (seen, record) => void flowOf(seen, record.flowId)[record.side].push(record),
  'flow-state': (seen, record) => {
    const flow = flowOf(seen, record.flowId);
    flow.state = record.state;
    flow.message = record.message ?? null;
    if (record.generator !== undefined) flow.generator = record.generator;
    if (record.epochNs !== undefined) flow.epochNs = record.epochNs;
    if (record.state === 'started') {
      flow.startedNs = record.t;
      flow.receiverPod = seen.podPlans.get(partyName(flow.plan.to)) ?? null;
      flow.nodes = [flow.plan.from, flow.plan.to].flatMap((party) => nodeOf(seen, party) ?? []);
      // Between the plan of its step and its first byte the wire may have changed, or, by a step or a command, what limits its pods.
      if (seen.underlay !== seen.run.plan.underlay) takeWire(seen, flow, BEFORE_IT_BEGAN);
      if (isAtEndOf(flow, seen.limited) && !hasPodLimits(seen, flow)) takePodLimits(seen, flow, BEFORE_IT_BEGAN);
    }
    if (record.state !== 'started') flow.endedNs = record.t;
    if (record.totals !== undefined) flow.totals = record.totals;
  },
  cpu: (seen, { busyNs }) => {
    const step = [...seen.steps.values()].findLast(({ endedNs }) => endedNs === null);
    if (step === undefined) return;
    step.busyNs ??= { first: busyNs, last: busyNs };
    step.busyNs.last = busyNs;
  },
  ping: (seen, record) => {
    const pings = flowOf(seen, record.flowId).pings[record.phase];
    if (record.rttNs === null) pings.lost += 1;
    else {
      pings.rttNs.push(record.rttNs);
      pings.askedNs.push(record.t - record.rttNs);
    }
  },
  request: (seen, record) => {
    const { requests } = flowOf(seen, record.flowId);
    if (record.connectNs != null) requests.connectNs.push(record.connectNs);
    if (record.latencyNs === null) requests.lost += 1;
    else {
      requests.latencyNs.push(record.latencyNs);
      requests.askedNs.push(record.t - record.latencyNs);
    }
  },
  probe: (seen, record) => {
    const plan = seen.probePlans.get(record.probeId);
    if (plan === undefined) throw new TraceContradiction(`probe ${record.probeId} is not in the plan`);
    seen.probes.set(record.probeId, { record, ...plan });
  },
  policy: (seen, record) => {
    seen.policy = record;
    seen.ruleNames.clear();
    for (const rule of record.rules) {
      seen.ruleNames.set(rule.ruleId, `${rule.policy} ${rule.direction}[${rule.index}]`);
    }
  },
  change: takeChange,
  note: (seen, record) => void seen.notes.push(record),
  exhausted: (seen, record) => {
    seen.exhausted.push(record);
    const said = record.said === undefined ? '' : ` (the kernel: ${record.said})`;
    seen.notes.push({ type: 'note', t: record.t, severity: 'warning', message: record.cause + said });
  },
  machine: (seen, record) => void seen.machine.set(record.step, record),
  capture: (seen, record) => void seen.captures.push(record),
  end: (seen, record) => {
    seen.end = record;
  },
};

function beginAgain(seen: Observations, index: number): void {
  const plan = seen.run.plan.timeline[index];
  seen.machine.delete(index);
  if (plan?.kind === 'traffic') for (const flow of plan.flows) seen.flows.set(flow.flowId, flowSeen(flow, plan));
}

/** Of the cluster only the pods matter here: which there are, and what limits them. */
function takeChange(seen: Observations, record: ChangeRecord): void {
  const { step, what, askedNs, compiledNs, effectiveNs, mapUpdates, change } = record;
  // Not the pods that came with it: a lab of a day makes thousands.
  seen.changes.push({ step, what, askedNs, compiledNs, effectiveNs, mapUpdates });
  const gone = new Set(change.deleteNamespaces);
  for (const pod of change.deletePods ?? []) seen.podPlans.delete(objectKey(pod));
  for (const [key, { namespace }] of seen.podPlans) if (gone.has(namespace)) seen.podPlans.delete(key);
  for (const pod of change.createPods ?? []) {
    seen.podPlans.set(objectKey(pod), pod);
    seen.endpointNames.set(pod.endpointId, objectKey(pod));
  }
  for (const { namespace, name, ...changed } of [...(change.labelPods ?? []), ...(change.limitPods ?? [])]) {
    const key = objectKey({ namespace, name });
    const pod = seen.podPlans.get(key);
    if (pod !== undefined) seen.podPlans.set(key, { ...pod, ...changed });
  }
  const went = new Set((change.deletePods ?? []).map(objectKey));
  for (const flow of seen.flows.values()) {
    if (flow.state !== 'started') continue;
    const pod = [flow.plan.from, flow.plan.to].find(
      (party) => party.kind === 'pod' && (went.has(partyName(party)) || gone.has(party.namespace)),
    );
    if (pod !== undefined) flow.went ??= { party: partyName(pod), atNs: askedNs };
  }
  const limited = new Set((change.limitPods ?? []).map(objectKey));
  for (const key of limited) seen.limited.add(key);
  for (const flow of seen.flows.values())
    if (flow.state === 'started' && isAtEndOf(flow, limited)) takePodLimits(seen, flow, effectiveNs);
}

function isAtEndOf({ plan: { from, to } }: FlowSeen, pods: ReadonlySet<string>): boolean {
  return pods.has(partyName(from)) || pods.has(partyName(to));
}

/** The limits of a flow whose pods have others now. @param fromNs since when */
function takePodLimits(seen: Observations, flow: FlowSeen, fromNs: number): void {
  if (isToItself(flow.plan)) return;
  const held = heldNow(flow);
  const limits = limitsNow(seen, flow, held.limits);
  const atSender = limitBy('egress', held.limits) !== limitBy('egress', limits);
  flow.laterLimits.push({ fromNs, limits, atSender, delayNs: held.delayNs });
}

/** @param wire with what the wire has on the flow's way */
function limitsNow(
  { podPlans }: Observations,
  { plan }: FlowSeen,
  wire: readonly LimitOnWay[] | undefined,
): readonly LimitOnWay[] {
  const [from, to] = [partyName(plan.from), partyName(plan.to)];
  const egressBps = podPlans.get(from)?.limits.egressBps ?? null;
  const ingressBps = podPlans.get(to)?.limits.ingressBps ?? null;
  return withPodLimits({ from, to, limits: wire }, egressBps, ingressBps);
}

/** The limits of a flow, where the wire as it is now has another rate on its way than it had. @param fromNs since when */
function takeWire(seen: Observations, flow: FlowSeen, fromNs: number): void {
  const { from, to, fromAddress, toAddress } = flow.plan;
  const end = (plan: PartyPlan) => ({ plan, pod: seen.podPlans.get(partyName(plan)) ?? null });
  const gone = [from, to].some((party) => party.kind === 'pod' && !seen.podPlans.has(partyName(party)));
  const { limits, delayNs } = heldNow(flow);
  if (gone || limits === undefined) return;
  const addresses = { from: fromAddress, to: toAddress };
  const wire = wayOfPair(seen.underlay, seen.run.plan.nodes, end(from), end(to), addresses);
  if (wire === null) return;
  const before = limits.filter(({ by }) => by === 'underlay');
  if (sameRates(before, wire.limits)) return;
  // Less is felt at once where both ends have less; more, and what only the sender's link has, when it has come over the wire.
  const [was, is] = [smallestLimit(before)?.bps, smallestLimit(wire.limits)?.bps];
  const falls = (is ?? Number.POSITIVE_INFINITY) < (was ?? Number.POSITIVE_INFINITY);
  const last = wire.hops.at(-1)?.way.rateBps;
  const atReceiver = falls && last !== null && last === is;
  flow.laterLimits.push({
    fromNs,
    limits: limitsNow(seen, flow, wire.limits),
    atSender: !atReceiver,
    delayNs: Math.max(delayNs, wire.delayNs),
  });
}

function hasPodLimits(seen: Observations, flow: FlowSeen): boolean {
  const { limits } = heldNow(flow);
  const now = limitsNow(seen, flow, limits);
  const same = (by: 'egress' | 'ingress'): boolean => limitBy(by, limits) === limitBy(by, now);
  return limits === undefined || (same('egress') && same('ingress'));
}

function sameRates(some: readonly LimitOnWay[], others: readonly LimitOnWay[]): boolean {
  return some.length === others.length && some.every(({ bps }, i) => bps === others[i]?.bps);
}

function heldNow({ plan, laterLimits }: FlowSeen): Pick<FlowPlan, 'limits'> & { readonly delayNs: number } {
  return (
    laterLimits.at(-1) ?? { ...(plan.limits === undefined ? {} : { limits: plan.limits }), delayNs: plan.delayNs ?? 0 }
  );
}

function ruleText(seen: Observations, { ruleId, isolatedBy }: DropRecord): string {
  if (ruleId !== 0) return seen.ruleNames.get(ruleId) ?? `rule ${ruleId}`;
  return isolatedBy.length === 0 ? '' : `isolated by ${isolatedBy.join(', ')}; no rule allows it`;
}

function newQdisc(record: QdiscRecord): QdiscSeen {
  const { where, direction, device, kind } = record;
  const drops = new Map(qdiscDrops(record).map(([reason]) => [reason, new CounterSeries()]));
  return {
    where,
    direction,
    device,
    kind,
    bytes: new CounterSeries(),
    charged: new ChargedTotal(),
    drops,
    backlogBytes: 0,
  };
}

function newDrop({ endpointId, direction, reason }: DropRecord, rule: string): DropSeen {
  return { endpointId, direction, reason, rule, packets: new CounterSeries(), bytes: 0 };
}

function newEndpoint(): EndpointSeen {
  const charged = { offered: new ChargedTotal(), passed: new ChargedTotal() };
  return { offeredBytes: new CounterSeries(), passedBytes: new CounterSeries(), charged };
}

function flowSeen(plan: FlowPlan, step: StepPlan): FlowSeen {
  return {
    plan,
    step,
    receiverPod: null,
    nodes: [],
    laterLimits: [],
    went: null,
    state: 'planned',
    startedNs: null,
    endedNs: null,
    message: null,
    totals: null,
    generator: null,
    epochNs: null,
    sender: [],
    receiver: [],
    pings: { idle: { rttNs: [], askedNs: [], lost: 0 }, load: { rttNs: [], askedNs: [], lost: 0 } },
    requests: { latencyNs: [], askedNs: [], connectNs: [], lost: 0 },
  };
}

function nodeOf({ podPlans }: Observations, party: PartyPlan): string | null {
  if (party.kind === 'node') return party.name;
  return party.kind === 'pod' ? (podPlans.get(partyName(party))?.node ?? null) : null;
}

function flowOf(seen: Observations, flowId: number): FlowSeen {
  const flow = seen.flows.get(flowId);
  if (flow === undefined) throw new TraceContradiction(`flow ${flowId} is not in the plan`);
  return flow;
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
