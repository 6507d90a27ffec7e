/**
 * The run as plain lines, for logs, CI and `--plain`: one line an event, nothing is ever redrawn.
 * Verdicts come from the measurement, like everybody's.
 */
import { objectKey } from '../../sim/plan/cluster/cluster.ts';
import { partyName, probeName, type FlowPlan, type Plan, type PodPlan, type StepPlan } from '../../sim/plan/plan.ts';
import { fullNames, shortNames } from '../../sim/plan/cluster/short-names.ts';
import type { TraceRecord } from '../../sim/trace/record.ts';
import type { RunView } from './view.ts';
import { aroundLine } from '../../sim/measure/checks/books.ts';
import {
  formatAmount,
  formatClock,
  formatDuration,
  formatKernelClock,
  formatRate,
} from '../../sim/measure/words/format.ts';
import { extentOf } from './lines/flow-extent.ts';

/** @param write takes a line without its line feed. */
export function openPlainView(write: (line: string) => void, withFullNames = false): RunView {
  const state: State = { plan: null, podsReady: 0 };
  return {
    progress: (text) => write(text),
    add(record) {
      const lines = linesOf(record, state);
      const short = state.plan === null || withFullNames ? fullNames : shortNames(state.plan);
      // Commands are meant to be pasted, so their names stay whole.
      for (const line of [...commandLines(record), ...lines.map(short)]) {
        write(`${formatClock(record.t).padStart(7)}  ${line}`);
      }
    },
    close: () => Promise.resolve(),
  };
}

interface State {
  plan: Plan | null;
  podsReady: number;
}

/** What had been done when the record was made. */
function commandLines(record: TraceRecord): string[] {
  return 'commands' in record ? (record.commands ?? []).map((command) => `  $ ${command}`) : [];
}

function linesOf(record: TraceRecord, state: State): string[] {
  switch (record.type) {
    case 'run': {
      state.plan = record.plan;
      const { plan, kernel } = record;
      return [
        `scenario ${plan.scenario.name}: ${formatAmount(plan.nodes.length, 'node')}, ${formatAmount(plan.pods.length, 'pod')}, ${formatAmount(plan.timeline.length, 'step')}, ` +
          `on ${kernel.kind} ${kernel.release}, ${formatKernelClock(kernel)}`,
      ];
    }
    case 'build':
      return [];
    case 'pod':
      return podLines(record, state);
    case 'step':
      return stepLines(record, state);
    case 'flow-state':
      return flowLines(record, state);
    case 'probe':
      return probeLines(record, state);
    case 'policy':
      return [
        `policies in force: ${record.policies.join(', ') || 'none'} (${record.entries} map entries in ${formatDuration(record.durationNs)})`,
      ];
    case 'change':
      return [
        `${record.what}: in force ${formatDuration(record.effectiveNs - record.askedNs)} after it was asked for (${record.mapUpdates} map updates)`,
      ];
    case 'note':
      return [`${record.severity}: ${record.message}`];
    case 'exhausted':
      return [`warning: ${record.cause}`, ...(record.said === undefined ? [] : [`  the kernel: ${record.said}`])];
    case 'around':
      return [`warning: ${aroundLine(endpointNamed(record.endpointId, state), record.packets)}`];
    case 'cpu':
    case 'machine':
      return [];
    case 'capture':
      return [`captured ${record.packets} packets of ${record.where} in ${record.file}`];
    case 'end':
      return record.outcome === 'completed'
        ? []
        : [`${record.outcome}${record.message === undefined ? '' : `: ${record.message}`}`];
    case 'endpoint':
    case 'qdisc':
    case 'drop':
    case 'loss':
    case 'flow':
    case 'ping':
    case 'request':
      return [];
  }
}

/** With many pods one line each would be noise: a line for each of the first few, then one for every hundredth. */
function podLines(record: Extract<TraceRecord, { type: 'pod' }>, state: State): string[] {
  if (record.state === 'Failed') return [`pod ${record.pod} failed: ${record.message ?? 'no reason was given'}`];
  if (record.state !== 'Running') return [];
  state.podsReady += 1;
  const total = state.plan?.pods.length ?? 0;
  const pod = podNamed(record.pod, state);
  // Of a pod that a command brought, the plan knows nothing.
  if (pod === undefined) return [`pod ${record.pod} is running`];
  if (total <= 20)
    return [
      `pod ${record.pod} is running on ${pod.node} with ${pod.interfaces[0]?.addresses.join(', ') ?? 'no address'}`,
    ];
  return state.podsReady % 100 === 0 || state.podsReady === total
    ? [`${state.podsReady} of ${total} pods are running`]
    : [];
}

function podNamed(name: string, state: State): PodPlan | undefined {
  return podsEver(state).find((pod) => objectKey(pod) === name);
}

function endpointNamed(endpointId: number, state: State): string {
  const pod = podsEver(state).find((one) => one.endpointId === endpointId);
  return pod === undefined ? `endpoint ${endpointId}` : objectKey(pod);
}

function podsEver({ plan }: State): readonly PodPlan[] {
  const later = plan?.timeline.flatMap((step) => ('change' in step ? (step.change.createPods ?? []) : []));
  return [...(plan?.pods ?? []), ...(later ?? [])];
}

function stepLines(record: Extract<TraceRecord, { type: 'step' }>, state: State): string[] {
  const step = state.plan?.timeline[record.step];
  const title =
    step === undefined
      ? `step ${record.step}`
      : `step ${record.step + 1}/${state.plan?.timeline.length ?? 0} ${describeStep(step)}`;
  switch (record.state) {
    case 'started':
      return [title];
    case 'finished':
      return [];
    case 'failed':
      return [`${title}: failed: ${record.message ?? 'no reason was given'}`];
  }
}

function describeStep(step: StepPlan): string {
  return step.name === step.kind ? step.kind : `${step.kind}: ${step.name}`;
}

function flowLines(record: Extract<TraceRecord, { type: 'flow-state' }>, state: State): string[] {
  const flow = flowOf(record.flowId, state);
  if (flow === undefined) return [];
  const name = `${partyName(flow.from)} -> ${partyName(flow.to)}`;
  switch (record.state) {
    case 'started': {
      const limit =
        flow.configuredBps === null
          ? 'no limit'
          : `limit ${formatRate(flow.configuredBps)} (${flow.configuredBy ?? ''})`;
      const offer = flow.offeredBps === null ? '' : `${formatRate(flow.offeredBps)} offered, `;
      return [
        `  ${name}: ${flow.protocol}, ${flow.streams} stream${flow.streams === 1 ? '' : 's'}, ${extentOf(flow)}, ${offer}${limit}`,
      ];
    }
    case 'finished': {
      const totals = record.totals;
      if (totals === undefined) return [`  ${name}: done`];
      const goodput = formatRate((totals.receivedBytes * 8e9) / totals.durationNs);
      const retransmits = totals.retransmits === null ? '' : `, ${totals.retransmits} retransmits`;
      const lost =
        totals.lostPackets === null ? '' : `, ${totals.lostPackets} of ${totals.packets ?? '?'} datagrams lost`;
      const later =
        totals.onTheirWayPackets === undefined ? '' : `, ${totals.onTheirWayPackets} still on their way at the end`;
      const way = totals.oneWayNs;
      const oneWay =
        way === undefined ? '' : `, one way ${formatDuration(way.p50)}, 99 % within ${formatDuration(way.p99)}`;
      return [`  ${name}: goodput ${goodput} over all${retransmits}${lost}${later}${oneWay}`];
    }
    case 'failed':
      return [`  ${name}: failed: ${record.message ?? 'no reason was given'}`];
  }
}

/** Every probe of a small step, and in any step those that went otherwise than the policies say. */
function probeLines(record: Extract<TraceRecord, { type: 'probe' }>, state: State): string[] {
  const MANY = 40;
  const step = state.plan?.timeline[record.step];
  const probes = step?.kind === 'probe' ? step.probes : [];
  const probe = probes.find((p) => p.probeId === record.probeId);
  if (probe === undefined) return [];
  const surprising = record.predicted !== record.measured;
  if (probes.length > MANY && !surprising) return [];
  const story = surprising ? `, but the policies say ${record.predicted}: ${record.rule}` : '';
  return [`  ${probeName(probe)}: ${record.measured} (${record.evidence})${story}`];
}

function flowOf(flowId: number, state: State): FlowPlan | undefined {
  return state.plan?.timeline.flatMap((s) => (s.kind === 'traffic' ? s.flows : [])).find((f) => f.flowId === flowId);
}
