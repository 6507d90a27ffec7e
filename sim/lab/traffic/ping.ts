/** Round trips of a flow's path by ping: before the flow (idle) and while it runs (under load). */
import type { FlowPlan } from '../../plan/plan.ts';
import type { Lab, Party } from '../lab.ts';
import { note } from '../lab.ts';
import { parsePingReply, parsePingSummary } from './ping-output.ts';
import { startTool } from './tool.ts';

export interface PingSettings {
  readonly phase: 'idle' | 'load';
  readonly intervalMs: number;
  readonly count: number;
  /** Then no more are sent, and those on their way are still heard; by our own sockets alone. */
  readonly over?: AbortSignal;
}

/** How long the last requests may still be answered, in seconds (`-W`): longer than any queue a lab should have. */
const LINGER_S = 2;

/** Sends `count` requests and records each, answered or lost. Resolves early when `signal` aborts; never rejects. */
export async function ping(
  lab: Lab,
  from: Party,
  flow: FlowPlan,
  settings: PingSettings,
  signal: AbortSignal,
): Promise<void> {
  const { phase } = settings;
  const answered = new Set<number>();
  let sent = 0;
  const tool = startTool(from, pingArguments(flow, settings), {
    onLine: (line) => {
      sent = parsePingSummary(line) ?? sent;
      const reply = parsePingReply(line);
      if (reply === null || answered.has(reply.sequence)) return;
      answered.add(reply.sequence);
      lab.record({ type: 'ping', t: lab.clock.now(), flowId: flow.flowId, phase, ...reply });
    },
  });
  // SIGINT makes ping print its summary, from which the lost ones are known.
  const stop = (): void => tool.end('SIGINT', 300);
  signal.addEventListener('abort', stop, { once: true });
  const end = await tool.ended;
  signal.removeEventListener('abort', stop);
  if (sent === 0) {
    note(
      lab,
      'warning',
      `flow ${flow.flowId}: ping sent nothing: ${end.stderr.trim() || `exit code ${end.code ?? '?'}`}`,
    );
    return;
  }
  for (let sequence = 1; sequence <= sent; sequence++) {
    if (answered.has(sequence)) continue;
    lab.record({ type: 'ping', t: lab.clock.now(), flowId: flow.flowId, phase, sequence, rttNs: null });
  }
}

function pingArguments(flow: FlowPlan, { intervalMs, count }: PingSettings): readonly string[] {
  const interval = (intervalMs / 1000).toFixed(3);
  return [
    ...['ping', '-n', '-i', interval, '-c', String(count), '-W', String(LINGER_S)],
    ...['-I', flow.fromAddress, flow.toAddress],
  ];
}
