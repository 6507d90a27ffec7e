/** The flows of one traffic step: first all idle round trips, then all flows at once, each with its ping under load. */
import type { FlowPlan } from '../../plan/plan.ts';
import { partyName } from '../../plan/plan.ts';
import type { Lab } from '../lab.ts';
import { note, partyNamed, wordsOf } from '../lab.ts';
import { wholeSeconds } from './iperf3-arguments.ts';
import { iperf3 } from './iperf3.ts';
import type { PingSettings } from './ping.ts';
import { ping } from './ping.ts';

const IDLE: PingSettings = { phase: 'idle', intervalMs: 20, count: 50 };
const LOAD_INTERVAL_MS = 50;

/**
 * @param onFlowEnd called after each flow, before its `finished` step can be read: the moment for a last sample
 * @throws Error with the words of every flow that failed
 */
export async function runFlows(
  lab: Lab,
  flows: readonly FlowPlan[],
  onFlowEnd: () => void,
  signal: AbortSignal,
): Promise<void> {
  const sender = (flow: FlowPlan) => partyNamed(lab, partyName(flow.from));
  await Promise.all(flows.filter((flow) => flow.ping).map((flow) => ping(lab, sender(flow), flow, IDLE, signal)));
  if (signal.aborted) return;
  const ends = await Promise.allSettled(flows.map((flow) => runFlow(lab, flow, onFlowEnd, signal)));
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [wordsOf(end.reason)] : []));
  if (failures.length > 0) throw new Error(failures.join('; '));
}

async function runFlow(lab: Lab, flow: FlowPlan, onFlowEnd: () => void, signal: AbortSignal): Promise<void> {
  const from = partyNamed(lab, partyName(flow.from));
  const to = partyNamed(lab, partyName(flow.to));
  const seconds = wholeSeconds(flow.durationNs);
  if (seconds * 1e9 !== flow.durationNs)
    note(lab, 'info', `flow ${flow.flowId}: iperf3 counts whole seconds, so it runs ${seconds} s`);
  const failed = new AbortController();
  const load: Promise<void>[] = [];
  const onStarted = (): void => {
    if (flow.ping) load.push(ping(lab, from, flow, underLoad(seconds), AbortSignal.any([signal, failed.signal])));
  };
  try {
    await iperf3(lab, { from, to, flow, onStarted }, signal);
  } catch (error) {
    failed.abort();
    throw error;
  } finally {
    onFlowEnd();
    // The last requests may still be on their way back through a full queue.
    await Promise.all(load);
  }
}

function underLoad(seconds: number): PingSettings {
  return { phase: 'load', intervalMs: LOAD_INTERVAL_MS, count: Math.ceil((seconds * 1000) / LOAD_INTERVAL_MS) };
}
