/** The measurement's live view as the rows of the screen's tables. Pure, so it is tested without a terminal. */
import type { LivePod, LiveRate, LiveStep, LiveView } from '../../../sim/measure/live.ts';
import { formatDuration, formatRate } from '../../../sim/measure/format.ts';
import type { DropRow } from './drop-table.tsx';
import type { PodRow, Shaped } from './pod-table.tsx';
import type { TimelineRow } from './timeline-lines.ts';

export const POD_ORDERS = ['name', 'egress', 'ingress', 'drops'] as const;
export type PodOrder = (typeof POD_ORDERS)[number];

const KEYS: Readonly<Record<PodOrder, (pod: LivePod) => number>> = {
  name: () => 0,
  egress: (pod) => -pod.egress.bps,
  ingress: (pod) => -pod.ingress.bps,
  drops: (pod) => -pod.droppedPackets,
};

/** Sorting is stable, so equal pods stay in the plan's order. */
export function podRows(view: LiveView, order: PodOrder): PodRow[] {
  const key = KEYS[order];
  const manyNamespaces = new Set(view.pods.map((pod) => pod.namespace)).size > 1;
  return view.pods
    .toSorted((a, b) => key(a) - key(b))
    .map((pod) => ({
      name: manyNamespaces ? `${pod.namespace}/${pod.name}` : pod.name,
      state: pod.state,
      ip: pod.address ?? '-',
      node: pod.node,
      ingress: shaped(pod.ingress, pod.limits.ingressBps),
      egress: shaped(pod.egress, pod.limits.egressBps),
    }));
}

function shaped(rate: LiveRate, limitBps: number | null): Shaped {
  return { rateBps: rate.bps, limitBps, history: rate.history };
}

export function timelineRows(view: LiveView): TimelineRow[] {
  return view.steps.map((step) => ({
    index: step.index,
    title: `${step.kind.padEnd(7)} ${step.name}`,
    state: STATES[step.status],
    detail: detail(step, view),
    complaints:
      step.status === 'fail'
        ? [
            ...(step.message === null ? [] : [step.message]),
            ...step.checks
              .filter((check) => check.status === 'fail')
              .map((check) => `${check.name}: ${check.reason ?? 'not met'}`),
          ]
        : [],
  }));
}

const STATES: Readonly<Record<LiveStep['status'], TimelineRow['state']>> = {
  pending: 'waiting',
  running: 'running',
  pass: 'passed',
  fail: 'failed',
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

/** What the header says is going on. */
export function activity(view: LiveView): string {
  if (view.outcome !== 'running') return view.outcome;
  const running = view.steps.find((step) => step.status === 'running');
  if (running !== undefined) return `step ${running.index + 1} of ${view.steps.length}`;
  const ready = view.pods.filter((pod) => pod.state === 'Running').length;
  return ready < view.pods.length ? `${ready} of ${view.pods.length} pods are up` : 'between steps';
}
