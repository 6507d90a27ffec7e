/** The connections of a flow, made inside the networks of its two ends, from plain descriptors: no process, no port of Node's. */
import type { FlowPlan } from '../../../plan/plan.ts';
import { poll } from '../../../linux/poll.ts';
import { setCongestionControl, setSendBuffer } from '../../../linux/socket-options.ts';
import {
  close,
  closeWithReset,
  localEndpoint,
  setMaxPacingRate,
  socketOutcome,
  tcpConnectStart,
} from '../../../linux/socket.ts';
import type { SocketOutcome } from '../../../linux/socket.ts';
import { sleep } from '../../clock.ts';
import type { LabClock } from '../../clock.ts';
import type { Party } from '../../lab.ts';
import { withEcn } from './ecn.ts';
import type { FlowListeners } from './flow-listeners.ts';

/** The two descriptors of one connection; whoever takes them closes them. */
export interface TcpConnection {
  readonly client: number;
  readonly server: number;
}

export interface FlowEnds {
  readonly from: Party;
  readonly to: Party;
  readonly flow: FlowPlan;
  /** The receiver's; of UDP streams without a `port` of their own, the first in a row. */
  readonly port: number;
  readonly listeners: FlowListeners;
}

export interface StreamEnds extends FlowEnds {
  /** What each socket asks for (socket-room.ts); null: as much as the kernel gives. */
  readonly sendBytes: number | null;
  readonly receiveBytes: number | null;
}

const LOOK_NS = 2e6;
/** A blocked path is silent. As long as iperf3 is given. */
export const PATIENCE_NS = 3e9;

/**
 * All streams of the flow, each connected and accepted, in order.
 * @throws Error that says what became of the first that was not; none is open then. Empty when `signal` aborts.
 */
export async function connectStreams(
  { from, to, flow, port, listeners, sendBytes, receiveBytes }: StreamEnds,
  clock: Pick<LabClock, 'now'>,
  signal: AbortSignal,
): Promise<TcpConnection[]> {
  using share = listeners.share(to, flow.toAddress, port, receiveBytes);
  const clients: number[] = [];
  /** By the client's descriptor. */
  const servers = new Map<number, number>();
  const giveUp = (): void => {
    for (const fd of [...clients, ...servers.values()]) closeWithReset(fd);
  };
  try {
    from.namespace.run(() =>
      withEcn(flow.ecn, () => {
        for (let i = 0; i < flow.streams; i++) clients.push(begin(flow, port, sendBytes));
      }),
    );
    const deadline = clock.now() + PATIENCE_NS;
    while (!signal.aborted) {
      for (const client of clients) {
        if (servers.has(client)) continue;
        const server = share.listener.take(localEndpoint(client));
        if (server !== null) servers.set(client, server);
      }
      if (servers.size === clients.length) return clients.flatMap((client) => pairOf(client, servers));
      failOnRefusal(clients);
      if (clock.now() > deadline) {
        throw new Error(`no connection from ${flow.fromAddress} to ${flow.toAddress} within 3 s: the path is blocked`);
      }
      await sleep(LOOK_NS, signal);
    }
    giveUp();
    return [];
  } catch (error) {
    giveUp();
    throw error;
  }
}

function begin(flow: FlowPlan, port: number, sendBytes: number | null): number {
  const { fd, outcome } = tcpConnectStart({ address: flow.toAddress, port }, flow.fromAddress, (fd) => {
    if (sendBytes !== null) setSendBuffer(fd, sendBytes);
    if (flow.congestion !== undefined) setCongestionControl(fd, flow.congestion);
    if (flow.offeredBps !== null && flow.requests === undefined) setMaxPacingRate(fd, flow.offeredBps / flow.streams);
  });
  if (outcome === 'pending' || outcome === 'connected') return fd;
  close(fd);
  throw refusal(outcome);
}

function failOnRefusal(clients: readonly number[]): void {
  for (const { fd, failed } of poll(
    clients.map((fd) => ({ fd, for: 'write' as const })),
    0,
  )) {
    if (failed) throw refusal(socketOutcome(fd));
  }
}

function refusal(outcome: SocketOutcome): Error {
  return new Error(`a stream could not be connected: ${outcome}`);
}

function pairOf(client: number, servers: ReadonlyMap<number, number>): TcpConnection[] {
  const server = servers.get(client);
  return server === undefined ? [] : [{ client, server }];
}
