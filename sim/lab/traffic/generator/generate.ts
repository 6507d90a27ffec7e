/**
 * One flow by our own sockets: no process, nothing that spins, exact to the millisecond; what iperf3 is for on the real
 * clock, this is for on the virtual one.
 */
import { totalmem } from 'node:os';
import type { FlowPlan } from '../../../plan/plan.ts';
import type { FlowTotals } from '../../../trace/record.ts';
import type { Lab, Party } from '../../lab.ts';
import { note } from '../../lab.ts';
import { shortfallOf, unfinishedOf } from '../shortfall.ts';
import { FlowMeter } from './flow-meter.ts';
import { openCopy, type GroupSenders } from './group-flow.ts';
import { newConnectionFlow } from './new-connections.ts';
import type { ReadyFlow } from './ready-flow.ts';
import { requestFlow } from './requests.ts';
import { roomOfStream } from './socket-room.ts';
import type { StartGate } from './start-gate.ts';
import { tcpBulk } from './tcp-bulk.ts';
import { connectStreams, type StreamEnds } from './tcp-connections.ts';
import { openUdp } from './udp-flow.ts';

export interface Generation {
  readonly from: Party;
  readonly to: Party;
  readonly flow: FlowPlan;
  /** Its streams are connected; the flows of a step begin to send together. */
  readonly gate: StartGate;
  readonly onStarted: () => void;
  /** Length of the intervals it counts by. */
  readonly intervalNs: number;
  /** Packets in queues between the two, now. */
  readonly queued: () => number;
  /** Of all flows of the step: they share what TCP may hold. */
  readonly streamsAtOnce: number;
  /** Of the step. */
  readonly groups: GroupSenders;
}

/**
 * Runs the flow to its end and records its state, intervals and totals.
 * @throws Error when the flow failed; the `failed` record has been made then.
 */
export async function generate(lab: Lab, generation: Generation, signal: AbortSignal): Promise<void> {
  const { flow, gate } = generation;
  let ready: ReadyFlow | null;
  try {
    ready = await open(lab, generation, signal);
  } catch (error) {
    gate.leave();
    throw failed(lab, flow, error);
  }
  await gate.pass();
  try {
    if (ready === null || signal.aborted) return;
    await run(lab, generation, ready, signal);
  } catch (error) {
    throw failed(lab, flow, error);
  } finally {
    ready?.close();
  }
}

/** Null: interrupted before it was ready. */
async function open(
  lab: Lab,
  { from, to, flow, intervalNs, queued, streamsAtOnce, groups }: Generation,
  signal: AbortSignal,
): Promise<ReadyFlow | null> {
  if (flow.group !== undefined) {
    const sender = groups.of(from, to, flow);
    return await openCopy(lab, { sender, to, flow, queued }, intervalNs, signal);
  }
  // Both ends of a datagram stream may be at the same port, unless both are at one address.
  const apart = from === to ? flow.streams : 0;
  const own = lab.ports.take(flow.protocol === 'UDP' ? flow.streams + apart : 1);
  const ends = { from, to, flow, port: flow.port ?? own, listeners: lab.flowListeners };
  if (flow.protocol === 'UDP')
    return await openUdp(lab, { ...ends, localPort: own + apart, queued }, intervalNs, signal);
  const roomBytes = roomOfStream(flow.streams, streamsAtOnce, totalmem());
  const { requests } = flow;
  const rooms = roomsOf(from, to, flow, requests === undefined ? roomBytes : null);
  if (requests?.connection === 'new') {
    const { port } = ends;
    return newConnectionFlow(lab, { from, to, flow, port, servers: lab.requestServers }, requests, intervalNs, signal);
  }
  const connections = await connectStreams({ ...ends, ...rooms }, lab.clock, signal);
  if (connections.length === 0) return null;
  if (requests !== undefined) return requestFlow(lab, flow, requests, connections, intervalNs);
  // Where the room is somebody's own, it is all there for what is on its way: the reader takes every segment at once.
  // Else it waits until half of the room is full.
  const eager = flow.receiveBufferBytes !== undefined || rooms.receiveBytes === null;
  return tcpBulk(lab, flow, connections, eager ? 1 : roomBytes / 2, intervalNs);
}

/** What a flow says goes before what a pod's manifest leaves to the kernel, and that before what a generator needs. */
function roomsOf(
  from: Party,
  to: Party,
  { sendBufferBytes, receiveBufferBytes }: FlowPlan,
  needed: number | null,
): Pick<StreamEnds, 'sendBytes' | 'receiveBytes'> {
  const unlessOwn = ({ ownSysctls }: Party, sysctl: string): number | null =>
    ownSysctls?.has(sysctl) === true ? null : needed;
  return {
    sendBytes: sendBufferBytes ?? unlessOwn(from, 'net/ipv4/tcp_wmem'),
    receiveBytes: receiveBufferBytes ?? unlessOwn(to, 'net/ipv4/tcp_rmem'),
  };
}

async function run(lab: Lab, { flow, onStarted }: Generation, ready: ReadyFlow, signal: AbortSignal): Promise<void> {
  const { flowId } = flow;
  const epochNs = lab.clock.now();
  lab.record({ type: 'flow-state', t: epochNs, flowId, state: 'started', generator: 'ipvlane', epochNs });
  onStarted();
  const totals = await ready.run(new FlowMeter(lab, flowId, epochNs), signal);
  end(lab, flow, totals, signal.aborted);
}

function end(lab: Lab, flow: FlowPlan, totals: FlowTotals, interrupted: boolean): void {
  const record = { type: 'flow-state', t: lab.clock.now(), flowId: flow.flowId, totals } as const;
  if (interrupted) {
    lab.record({ ...record, state: 'failed', message: 'interrupted' });
    return;
  }
  const shortfall =
    flow.requests === undefined ? shortfallOf('ipvlane', flow, totals.sentBytes, totals.durationNs) : null;
  const unfinished = unfinishedOf(flow, totals);
  if (unfinished !== null) note(lab, 'warning', `flow ${flow.flowId}: ${unfinished}`);
  if (shortfall !== null) note(lab, 'warning', `flow ${flow.flowId}: ${shortfall}`);
  lab.record({ ...record, state: 'finished' });
}

function failed(lab: Lab, flow: FlowPlan, error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  lab.record({ type: 'flow-state', t: lab.clock.now(), flowId: flow.flowId, state: 'failed', message: cause.message });
  return cause;
}
