/** The connections of a flow, made inside the networks of its two ends, from plain descriptors: no process, no port of Node's. */
import type { FlowPlan } from '../../../plan/plan.ts';
import { poll } from '../../../linux/poll.ts';
import { setCongestionControl } from '../../../linux/socket-options.ts';
import {
  accept,
  close,
  closeWithReset,
  localEndpoint,
  setMaxPacingRate,
  socketOutcome,
  tcpConnectStart,
  tcpListen,
} from '../../../linux/socket.ts';
import type { SocketOutcome } from '../../../linux/socket.ts';
import { readSysctl, writeSysctl } from '../../../linux/sysctl.ts';
import { sleep } from '../../clock.ts';
import type { LabClock } from '../../clock.ts';
import type { Party } from '../../lab.ts';

/** The two descriptors of one connection; whoever takes them closes them. */
export interface TcpConnection {
  readonly client: number;
  readonly server: number;
}

export interface FlowEnds {
  readonly from: Party;
  readonly to: Party;
  readonly flow: FlowPlan;
  readonly port: number;
}

const LOOK_NS = 2e6;
/** A blocked path is silent. As long as iperf3 is given. */
const PATIENCE_NS = 3e9;

/**
 * All streams of the flow, each connected and accepted, in order.
 * @throws Error that says what became of the first that was not; none is open then. Empty when `signal` aborts.
 */
export async function connectStreams(
  { from, to, flow, port }: FlowEnds,
  clock: Pick<LabClock, 'now'>,
  signal: AbortSignal,
): Promise<TcpConnection[]> {
  const listener = to.namespace.run(() => tcpListen(flow.toAddress, port, flow.streams + 1));
  const clients: number[] = [];
  /** By the client's port. */
  const servers = new Map<number, number>();
  try {
    from.namespace.run(() =>
      withEcn(flow.ecn, () => {
        for (let i = 0; i < flow.streams; i++) clients.push(begin(flow, port));
      }),
    );
    const deadline = clock.now() + PATIENCE_NS;
    while (!signal.aborted) {
      for (let one = accept(listener); one !== null; one = accept(listener)) servers.set(one.from.port, one.fd);
      if (servers.size === clients.length) return clients.map((client) => pairUp(client, servers));
      failOnRefusal(clients);
      if (clock.now() > deadline) {
        throw new Error(`no connection from ${flow.fromAddress} to ${flow.toAddress} within 3 s: the path is blocked`);
      }
      await sleep(LOOK_NS, signal);
    }
    for (const fd of [...clients, ...servers.values()]) closeWithReset(fd);
    return [];
  } catch (error) {
    for (const fd of [...clients, ...servers.values()]) closeWithReset(fd);
    throw error;
  } finally {
    close(listener);
  }
}

function begin(flow: FlowPlan, port: number): number {
  const { fd, outcome } = tcpConnectStart({ address: flow.toAddress, port }, flow.fromAddress, (fd) => {
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

function pairUp(client: number, servers: ReadonlyMap<number, number>): TcpConnection {
  const server = servers.get(localEndpoint(client).port);
  if (server === undefined) throw new Error('a stranger connected to the port of a flow');
  return { client, server };
}

/**
 * Whether a connection asks for ECN is decided when its first packet is made, by the sysctl of its namespace; so it is set around
 * that moment, and flows of one pod may differ. The receiver's default (2) answers those that ask.
 */
function withEcn(ecn: boolean | undefined, work: () => void): void {
  if (ecn === undefined) {
    work();
    return;
  }
  const before = readSysctl(TCP_ECN);
  writeSysctl(TCP_ECN, ecn ? 1 : 0);
  try {
    work();
  } finally {
    writeSysctl(TCP_ECN, before);
  }
}

const TCP_ECN = 'net/ipv4/tcp_ecn';
