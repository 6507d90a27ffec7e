/** One flow by iperf3: its server in the receiver's network, its client in the sender's, what both said at the end. */
import type { FlowPlan } from '../../plan/plan.ts';
import { sleep } from '../clock.ts';
import type { Lab, Party } from '../lab.ts';
import { note } from '../lab.ts';
import { networkCounters } from '../../linux/network-counters.ts';
import { clientArguments, serverArguments } from './iperf3-arguments.ts';
import type { Iperf3Report, Side } from './iperf3-report.ts';
import { parseIperf3Report } from './iperf3-report.ts';
import type { Sides } from './iperf3-totals.ts';
import { iperf3Totals, missingDatagrams } from './iperf3-totals.ts';
import { socketsOf } from './proc-net.ts';
import type { Datagrams } from './datagrams.ts';
import { settle } from './settle.ts';
import { shortfallOf } from './shortfall.ts';
import type { RunningTool, ToolEnd } from './tool.ts';
import { complaintOf, startTool } from './tool.ts';

/** A port for each flow of a lab, away from the ephemeral range's middle and from what pods declare. */
const FIRST_PORT = 20_000;
const POLL_NS = 10e6;
const SERVER_PATIENCE_NS = 10e9;
/** A stopped client prints what it has so far, if it is given the moment. */
const STOP_GRACE_MS = 300;

export interface Iperf3Run {
  readonly from: Party;
  readonly to: Party;
  readonly flow: FlowPlan;
  /** Packets in queues between the two, now. */
  readonly queued: () => number;
  /** Called when all streams are connected. */
  readonly onStarted: () => void;
}

/** Where its server listens. Also UDP is begun by a connection to it. */
export function portOfIperf3(flow: FlowPlan): number {
  return flow.port ?? FIRST_PORT + (flow.flowId % 12_000);
}

/**
 * Runs the flow to its end and records its state, intervals and totals.
 * @throws Error with iperf3's words when the flow failed; the `failed` record has been made then.
 */
export async function iperf3(lab: Lab, run: Iperf3Run, signal: AbortSignal): Promise<void> {
  const { to, flow } = run;
  const port = portOfIperf3(flow);
  const server = startTool(to, serverArguments(flow, port));
  const stopServer = (): void => server.end('SIGTERM', STOP_GRACE_MS);
  try {
    await untilListening(server, port, signal);
    if (signal.aborted) return;
    await converse(lab, run, server, port, signal);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    lab.record({ type: 'flow-state', t: lab.clock.now(), flowId: flow.flowId, state: 'failed', message });
    throw error;
  } finally {
    stopServer();
    await server.ended;
  }
}

async function converse(
  lab: Lab,
  { from, to, flow, queued, onStarted }: Iperf3Run,
  server: RunningTool,
  port: number,
  signal: AbortSignal,
): Promise<void> {
  // What comes when its server has stopped finds a closed port.
  const lateBefore = unheard(to);
  const client = startTool(from, clientArguments(flow, port));
  const stop = (): void => client.end('SIGTERM', STOP_GRACE_MS);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await untilStreaming(client, flow, port);
    const started = { type: 'flow-state', t: lab.clock.now(), flowId: flow.flowId, state: 'started' } as const;
    lab.record({ ...started, generator: 'iperf3' });
    onStarted();
    const clientEnd = await client.ended;
    const serverEnd = await endSoon(server, signal.aborted ? 150 : 1000);
    const sides = { sender: parseSide(clientEnd, 'sender'), receiver: parseSide(serverEnd, 'receiver') };
    const missing = missingDatagrams(flow, sides);
    const late = (): number => unheard(to) - lateBefore;
    await settle({ now: () => lab.clock.now(), missing: () => missing - late(), queued }, signal);
    const later = missing === 0 ? { late: 0, queued: 0 } : { late: late(), queued: queued() };
    report(lab, flow, sides, later, signal.aborted);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** The server of one test exits by itself once it has its client's last word. */
async function endSoon(server: RunningTool, patienceMs: number): Promise<ToolEnd> {
  const impatience = setTimeout(() => server.end('SIGTERM', STOP_GRACE_MS), patienceMs);
  const end = await server.ended;
  clearTimeout(impatience);
  return end;
}

async function untilListening(server: RunningTool, port: number, signal: AbortSignal): Promise<void> {
  const ended = server.ended.then((end) => {
    throw new Error(`the receiver: ${complaintOf('iperf3 -s', end)}`);
  });
  // When the server is done in the end nobody waits here any more.
  ended.catch(() => undefined);
  for (let waited = 0; !signal.aborted; waited += POLL_NS) {
    if (socketsOf(server.pid, 'tcp').some((socket) => socket.state === 'listen' && socket.localPort === port)) return;
    if (waited > SERVER_PATIENCE_NS) throw new Error(`the receiver: iperf3 -s does not listen on port ${port}`);
    await Promise.race([sleep(POLL_NS, signal), ended]);
  }
}

/** Until all streams are connected: the first byte follows within a round trip. Also ends when the client does. */
async function untilStreaming(client: RunningTool, flow: FlowPlan, port: number): Promise<void> {
  const state = { ended: false };
  const ended = client.ended.then(() => {
    state.ended = true;
  });
  // Beside the streams, TCP has iperf3's control connection.
  const [protocol, connections] =
    flow.protocol === 'TCP' ? (['tcp', flow.streams + 1] as const) : (['udp', flow.streams] as const);
  const never = new AbortController().signal;
  for (;;) {
    const connected = socketsOf(client.pid, protocol).filter(
      (socket) => socket.state === 'established' && socket.remotePort === port,
    );
    if (connected.length >= connections || state.ended) return;
    await Promise.race([sleep(POLL_NS, never), ended]);
  }
}

/** Datagrams that came to a port of this party which nobody had. */
function unheard({ namespace }: Party): number {
  const counters = networkCounters(namespace);
  return (counters.get('Udp.NoPorts') ?? 0) + (counters.get('Udp6NoPorts') ?? 0);
}

function report(
  lab: Lab,
  flow: FlowPlan,
  sides: Sides,
  later: Pick<Datagrams, 'late' | 'queued'>,
  interrupted: boolean,
): void {
  const { sender, receiver } = sides;
  const { flowId } = flow;
  for (const [side, { intervals }] of [['sender', sender] as const, ['receiver', receiver] as const]) {
    for (const interval of intervals) lab.record({ type: 'flow', t: lab.clock.now(), flowId, side, ...interval });
  }
  const totals = iperf3Totals(flow, sides, later);
  const shortfall = shortfallOf('iperf3', flow, totals.sentBytes, sender.durationNs);
  if (shortfall !== null && !interrupted) note(lab, 'warning', `flow ${flowId}: ${shortfall}`);
  const complaint = interrupted ? 'interrupted' : (sender.error ?? receiver.error);
  if (complaint === null) lab.record({ type: 'flow-state', t: lab.clock.now(), flowId, state: 'finished', totals });
  else if (interrupted)
    lab.record({ type: 'flow-state', t: lab.clock.now(), flowId, state: 'failed', message: complaint, totals });
  else throw new Error(`iperf3: ${complaint}`);
}

function parseSide(end: ToolEnd, side: Side): Iperf3Report {
  // A tool that was killed before it could print has nothing to report, but its words.
  if (end.stdout.trim() === '') {
    const error = complaintOf(side === 'sender' ? 'iperf3 -c' : 'iperf3 -s', end);
    const nothing = { bytes: 0, durationNs: 0, retransmits: null, lostPackets: null, packets: null };
    return { ...nothing, intervals: [], streams: [], error };
  }
  return parseIperf3Report(end.stdout, side);
}
