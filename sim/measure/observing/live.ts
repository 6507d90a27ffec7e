/**
 * The live view: what a terminal shows while the lab runs. A value, made anew at every call; only what it is asked
 * for costs time, so a thousand pods can be listed ten times a second.
 */
import { objectKey } from '../../plan/cluster/cluster.ts';
import type { PodPlan, StepPlan } from '../../plan/plan.ts';
import type { EndRecord, NoteRecord, PodRecord, RunRecord } from '../../trace/record.ts';
import { shortNames } from '../../plan/cluster/short-names.ts';
import { checksOfStep } from '../checks/checks.ts';
import type { CounterSeries } from './counter-series.ts';
import { allDrops } from '../checks/drops.ts';
import { liveFlow, SAMPLING_NS, type LiveFlow } from './live-flow.ts';
import type { Observations } from './observations.ts';
import type { Check, DropResult } from '../result.ts';
import type { SettledSteps } from './settled.ts';
import { shortCheck, shortDrop } from '../words/short-result.ts';
import { withoutPrefix } from '../../plan/ipam/address-of-cidr.ts';
import type { Direction } from '../../trace/names.ts';

export interface LiveView {
  readonly scenario: string;
  readonly kernel: RunRecord['kernel'];
  /** Nanoseconds since the lab began. */
  readonly t: number;
  readonly outcome: 'running' | EndRecord['outcome'];
  readonly message: string | null;
  readonly pods: readonly LivePod[];
  readonly steps: readonly LiveStep[];
  readonly flows: readonly LiveFlow[];
  readonly drops: readonly DropResult[];
  /** `namespace/name` of the policies in force. */
  readonly policies: readonly string[];
  readonly notes: readonly NoteRecord[];
}

export interface LivePod {
  readonly name: string;
  readonly namespace: string;
  /** Its short name, for people. */
  readonly shown: string;
  readonly node: string;
  readonly owner: PodPlan['owner'];
  readonly state: PodRecord['state'];
  readonly message: string | null;
  /** Of eth0, without prefix length; the first one. */
  readonly address: string | null;
  readonly limits: PodPlan['limits'];
  readonly enforced: boolean;
  readonly ingress: LiveRate;
  readonly egress: LiveRate;
  readonly droppedPackets: number;
}

export interface LiveRate {
  /** Bits per second over the last second. */
  readonly bps: number;
  /** Bits per second in buckets of `LIVE_BUCKET_NS`, oldest first, newest last; always `LIVE_BUCKETS` long. */
  readonly history: readonly number[];
}

export interface LiveStep {
  readonly index: number;
  readonly name: string;
  readonly kind: StepPlan['kind'];
  readonly status: 'pending' | 'running' | 'pass' | 'fail' | 'unjudged' | 'skip';
  readonly startedNs: number | null;
  readonly endedNs: number | null;
  readonly message: string | null;
  readonly checks: readonly Check[];
}

export const LIVE_BUCKET_NS = 250e6;
export const LIVE_BUCKETS = 40;

/** How far back it looks. */
export const LIVE_PAST_NS = (LIVE_BUCKETS + 1) * LIVE_BUCKET_NS + SAMPLING_NS;

const SETTLED_NS = 1e9;

/** Checks of steps that have ended do not change any more. */
export type CheckCache = Map<number, readonly Check[]>;

export function liveView(seen: Observations, settled: SettledSteps, cache: CheckCache): LiveView {
  const { plan, kernel } = seen.run;
  const drops = allDrops(seen);
  const droppedBy = new Map<string, number>();
  for (const { endpoint, packets } of drops) droppedBy.set(endpoint, (droppedBy.get(endpoint) ?? 0) + packets);
  return {
    scenario: plan.scenario.name,
    kernel,
    t: seen.t,
    outcome: seen.end?.outcome ?? 'running',
    message: seen.end?.message ?? null,
    pods: [...seen.podPlans.values()].map((pod) => livePod(seen, pod, droppedBy)),
    steps: plan.timeline.map((step) => liveStep(seen, step, settled, cache)),
    flows: [...seen.flows.values()].map((flow) => settled.flow(flow)?.live ?? liveFlow(seen, flow)),
    drops: drops.map((drop) => shortDrop(drop, shortNames(plan))),
    policies: seen.policy?.policies ?? plan.policies.map(objectKey),
    notes: seen.notes,
  };
}

function livePod(seen: Observations, pod: PodPlan, droppedBy: ReadonlyMap<string, number>): LivePod {
  const name = objectKey(pod);
  const state = seen.pods.get(name);
  const address = pod.interfaces[0]?.addresses[0];
  const rate = (direction: Direction) => liveRate(podBytes(seen, pod, name, direction), seen.t - SAMPLING_NS);
  return {
    name: pod.name,
    namespace: pod.namespace,
    shown: shortNames(seen.run.plan)(name),
    node: pod.node,
    owner: pod.owner,
    state: state?.state ?? 'Pending',
    message: state?.message ?? null,
    address: address === undefined ? null : withoutPrefix(address),
    limits: pod.limits,
    enforced: pod.enforced,
    ingress: rate('ingress'),
    egress: rate('egress'),
    droppedPackets: droppedBy.get(name) ?? 0,
  };
}

/** Behind the shaper where there is one: a qdisc's dequeued bytes, else what the hook let go. */
function podBytes(seen: Observations, pod: PodPlan, name: string, direction: Direction) {
  const qdisc = seen.qdiscs.get(`${name} ${direction}`)?.[0];
  return qdisc?.bytes ?? seen.endpoints.get(`${pod.endpointId} ${direction}`)?.passedBytes ?? null;
}

const SILENT: LiveRate = { bps: 0, history: Array.from({ length: LIVE_BUCKETS }, () => 0) };

function liveRate(bytes: CounterSeries | null, nowNs: number): LiveRate {
  const historyNs = LIVE_BUCKETS * LIVE_BUCKET_NS;
  if (bytes === null || bytes.at(nowNs - historyNs) === bytes.last) return SILENT;
  // Buckets begin at multiples of their length, so that a curve scrolls instead of shaking.
  const end = Math.floor(nowNs / LIVE_BUCKET_NS) * LIVE_BUCKET_NS;
  const history: number[] = [];
  let before = bytes.at(end - historyNs);
  for (let bucket = 1; bucket <= LIVE_BUCKETS; bucket++) {
    const after = bytes.at(end - historyNs + bucket * LIVE_BUCKET_NS);
    history.push(((after - before) * 8e9) / LIVE_BUCKET_NS);
    before = after;
  }
  return { bps: bytes.rate(nowNs - 1e9, nowNs) * 8, history };
}

function liveStep(seen: Observations, step: StepPlan, settled: SettledSteps, cache: CheckCache): LiveStep {
  const state = seen.steps.get(step.index);
  // It may be done once more.
  if (state?.state === 'started') cache.delete(step.index);
  let checks = settled.checks(step) ?? cache.get(step.index);
  if (checks === undefined) {
    checks = checksOfStep(seen, step);
    // What the machine did to a step is told a moment after its end.
    if (state?.endedNs != null && (seen.end !== null || seen.t > state.endedNs + SETTLED_NS))
      cache.set(step.index, checks);
  }
  return {
    index: step.index,
    name: step.name,
    kind: step.kind,
    status: stepStatus(seen, state?.state, checks),
    startedNs: state?.startedNs ?? null,
    endedNs: state?.endedNs ?? null,
    message: state?.message ?? null,
    checks: checks.map((check) => shortCheck(check, shortNames(seen.run.plan))),
  };
}

function stepStatus(
  seen: Observations,
  state: 'started' | 'finished' | 'failed' | undefined,
  checks: readonly Check[],
): LiveStep['status'] {
  if (state === undefined) return seen.end === null ? 'pending' : 'skip';
  if (state === 'started') return seen.end === null ? 'running' : 'fail';
  if (state === 'failed' || checks.some(({ status }) => status === 'fail')) return 'fail';
  return checks.some(({ status }) => status === 'unjudged') ? 'unjudged' : 'pass';
}
