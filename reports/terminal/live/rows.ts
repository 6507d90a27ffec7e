/** The measurement's live view as the rows of the screen's tables. Pure, so it is tested without a terminal. */
import type { LivePod, LiveRate, LiveStep, LiveView } from '../../../sim/measure/observing/live.ts';
import { formatDuration, formatRate } from '../../../sim/measure/words/format.ts';
import type { DropRow } from './drop-table.tsx';
import type { PodRow, Shaped } from './pod-table.tsx';
import type { TimelineRow } from './timeline-lines.ts';
import { sum } from '../../../sim/plan/flows/sum.ts';

export const POD_ORDERS = ['name', 'egress', 'ingress', 'drops'] as const;
export type PodOrder = (typeof POD_ORDERS)[number];

const KEYS: Readonly<Record<PodOrder, (pod: LivePod) => number>> = {
  name: () => 0,
  egress: (pod) => -pod.egress.bps,
  ingress: (pod) => -pod.ingress.bps,
  drops: (pod) => -pod.droppedPackets,
};

/** What a row of the table stands for. */
export const GROUPINGS = ['pod', 'workload', 'node'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface PodSelection {
  readonly order: PodOrder;
  readonly grouping: Grouping;
  /** Only pods of which some column holds this text; case does not matter. */
  readonly filter: string;
}

/** Sorting is stable, so equals stay in the plan's order. */
export function podRows(view: LiveView, { order, grouping, filter }: PodSelection): PodRow[] {
  const manyNamespaces = new Set(view.pods.map((pod) => pod.namespace)).size > 1;
  const pods = view.pods.filter((pod) => matches(pod, filter.toLowerCase()));
  const groups = new Map<string, LivePod[]>();
  for (const pod of pods) {
    const name = groupOf(pod, grouping, manyNamespaces);
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [pod]);
    else members.push(pod);
  }
  return [...groups]
    .map(([name, members]) => ({ key: sum(members.map(KEYS[order])), name, members }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ name, members }) => podRow(name, members));
}

function matches({ namespace, name, shown, state, address, node, owner }: LivePod, filter: string): boolean {
  if (filter === '') return true;
  const columns = [`${namespace}/${name}`, shown, state, address ?? '', node, owner?.name ?? ''];
  return columns.some((text) => text.toLowerCase().includes(filter));
}

function groupOf(pod: LivePod, grouping: Grouping, manyNamespaces: boolean): string {
  if (grouping === 'node') return pod.node;
  if (grouping === 'pod' || pod.owner === null) return pod.shown;
  const { name } = pod.owner;
  return manyNamespaces ? `${pod.namespace}/${name}` : name;
}

/** Of several pods: how many run, the sums of their rates and limits, and the node if it is one. */
function podRow(name: string, pods: readonly LivePod[]): PodRow {
  const [first, ...others] = pods;
  const nodes = new Set(pods.map(({ node }) => node));
  const running = pods.filter(({ state }) => state === 'Running').length;
  return {
    name,
    state: others.length === 0 ? (first?.state ?? '') : `${running}/${pods.length} Running`,
    failed: pods.some(({ state }) => state === 'Failed'),
    ip: others.length === 0 ? (first?.address ?? '-') : '-',
    node: nodes.size === 1 ? (first?.node ?? '-') : `${nodes.size} nodes`,
    ingress: together(pods, ({ ingress, limits }) => [ingress, limits.ingressBps]),
    egress: together(pods, ({ egress, limits }) => [egress, limits.egressBps]),
  };
}

/** One pod without a limit and they have none together. */
function together(
  pods: readonly LivePod[],
  of: (pod: LivePod) => readonly [rate: LiveRate, limitBps: number | null],
): Shaped {
  const all = pods.map(of);
  const limits = all.flatMap(([, limit]) => limit ?? []);
  return {
    rateBps: sum(all.map(([{ bps }]) => bps)),
    limitBps: limits.length === all.length ? sum(limits) : null,
    history: (all[0]?.[0].history ?? []).map((_, i) => sum(all.map(([{ history }]) => history[i] ?? 0))),
  };
}

export function timelineRows(view: LiveView): TimelineRow[] {
  return view.steps.map((step) => ({
    index: step.index,
    title: `${step.kind.padEnd(7)} ${step.name}`,
    state: STATES[step.status],
    detail: detail(step, view),
    complaints: complaintsOf(step),
  }));
}

/** What is not met, or why it could not be measured: that once, for it is the same of many checks. */
function complaintsOf({ status, message, checks }: LiveStep): string[] {
  if (status === 'fail') {
    const failed = checks.filter((check) => check.status === 'fail');
    return [
      ...(message === null ? [] : [message]),
      ...failed.map((check) => `${check.name}: ${check.reason ?? 'not met'}`),
    ];
  }
  if (status !== 'unjudged') return [];
  const unjudged = checks.filter((check) => check.status === 'unjudged');
  return [...new Set(unjudged.map(({ reason }) => reason ?? 'not measurable here'))].map((reason) => {
    const names = unjudged
      .filter((check) => (check.reason ?? 'not measurable here') === reason)
      .map(({ name }) => name);
    return `${reason}: ${names.join(', ')}`;
  });
}

const STATES: Readonly<Record<LiveStep['status'], TimelineRow['state']>> = {
  pending: 'waiting',
  running: 'running',
  pass: 'passed',
  fail: 'failed',
  unjudged: 'unjudged',
  skip: 'waiting',
};

function detail(step: LiveStep, view: LiveView): string {
  if (step.status === 'pending') return '';
  if (step.status === 'skip') return 'not reached';
  const parts: string[] = [];
  if (step.startedNs !== null) parts.push(formatDuration(roundTo(1e7, (step.endedNs ?? view.t) - step.startedNs)));
  for (const flow of view.flows.filter((f) => f.step === step.index && f.wireBps !== null)) {
    parts.push(
      `${formatRate(flow.wireBps ?? 0)}${flow.configuredBps === null ? '' : ` of ${formatRate(flow.configuredBps)}`} on the wire`,
    );
  }
  if (step.endedNs !== null && step.checks.length > 0) {
    parts.push(`${step.checks.filter((check) => check.status === 'pass').length} of ${step.checks.length} checks met`);
  }
  return parts.join(', ');
}

function roundTo(unit: number, value: number): number {
  return Math.round(value / unit) * unit;
}

export function dropRows(view: LiveView): DropRow[] {
  return view.drops.map((drop) => ({
    packets: drop.packets,
    reason: drop.reason,
    direction: drop.direction,
    endpoint: drop.endpoint,
    why: drop.rule,
  }));
}

/**
 * What the header says is going on. Traffic in the background goes on beside the steps that follow it, so it is the furthest step
 * that was begun which says how far the timeline is.
 */
export function activity(view: LiveView): string {
  if (view.outcome !== 'running') return view.outcome;
  const running = view.steps.filter((step) => step.status === 'running');
  const furthest = view.steps.findLast(({ startedNs }) => startedNs !== null);
  if (running.length > 0 && furthest !== undefined) {
    const behind = running.filter(({ index }) => index < furthest.index).map(({ index }) => index + 1);
    const background = behind.length === 0 ? '' : `, ${behind.join(' and ')} in the background`;
    return `step ${furthest.index + 1} of ${view.steps.length}${background}`;
  }
  const ready = view.pods.filter((pod) => pod.state === 'Running').length;
  return ready < view.pods.length ? `${ready} of ${view.pods.length} pods are up` : 'between steps';
}
