/**
 * Requests over TCP, each on a connection of its own, as of clients that keep none: connected, asked, answered, and ended by the side
 * that asked. An open loop, as with connections that stay (requests.ts).
 */
import type { Socket } from 'node:net';
import type { FlowPlan, RequestsPlan } from '../../../plan/plan.ts';
import { SystemCallError } from '../../../linux/errno.ts';
import { setBindWithoutPort, setCongestionControl } from '../../../linux/socket-options.ts';
import { close, localEndpoint, tcpConnectStart } from '../../../linux/socket.ts';
import { tcpInfo } from '../../../linux/tcp-info.ts';
import { sleep } from '../../clock.ts';
import type { Lab, Party } from '../../lab.ts';
import { portsOf } from '../../../plan/flows/ephemeral-ports.ts';
import { awaitPorts, sayWhatIsLeft } from '../../losses/time-wait.ts';
import { note } from '../../lab.ts';
import { withEcn } from './ecn.ts';
import { metronome } from './metronome.ts';
import { Outflow } from './outflow.ts';
import type { ReadyFlow } from './ready-flow.ts';
import { cutBoth, totalsOf } from './requests.ts';
import type { Exchange, RequestServer, RequestServers } from './request-server.ts';
import type { Share } from './shared-ports.ts';
import { inTurns, lastAnswers } from './request-turns.ts';
import { resetStream, streamSocket } from './stream-socket.ts';
import { PATIENCE_NS } from './tcp-connections.ts';

interface Ends {
  readonly from: Party;
  readonly flow: FlowPlan;
  readonly port: number;
  readonly server: Share<RequestServer>;
}

/**
 * Asks once, before the flow, so that it begins on a path that is open. Null when `signal` aborts.
 * @throws Error that says what became of that
 */
export async function newConnectionFlow(
  lab: Pick<Lab, 'clock' | 'record'>,
  { to, servers, ...rest }: Omit<Ends, 'server'> & { readonly to: Party; readonly servers: RequestServers },
  plan: RequestsPlan,
  intervalNs: number,
  signal: AbortSignal,
): Promise<ReadyFlow | null> {
  const { from, flow, port } = rest;
  await awaitPorts(lab, { from, port }, portsOf(flow, plan), signal);
  const server = servers.share(to, flow.toAddress, port);
  const ends = { ...rest, server };
  try {
    await askOnce(ends, plan, signal);
  } catch (error) {
    server[Symbol.dispose]();
    throw error;
  }
  if (!signal.aborted) return flowOf(lab, ends, plan, intervalNs);
  server[Symbol.dispose]();
  return null;
}

async function askOnce(ends: Ends, plan: RequestsPlan, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const failures: string[] = [];
  const asking = askOn(begin(ends), ends, plan, {
    now: () => 0,
    onSent: () => undefined,
    onRequest: () => undefined,
    onSettled: (_connectNs, _latencyNs, why) => {
      if (why !== null) failures.push(why);
    },
    onClosed: () => over.abort(),
  });
  await sleep(PATIENCE_NS, AbortSignal.any([signal, over.signal]));
  if (!over.signal.aborted) asking.giveUp();
  const [failure] = failures;
  if (failure === undefined || signal.aborted) return;
  const { fromAddress, toAddress } = ends.flow;
  throw new Error(`no answer from ${toAddress} to a request of ${fromAddress}: ${failure}`);
}

function flowOf(lab: Pick<Lab, 'clock' | 'record'>, ends: Ends, plan: RequestsPlan, intervalNs: number): ReadyFlow {
  const { flow, server } = ends;
  const clients = Array.from({ length: flow.streams }, (_, i) => new Client(lab, ends, plan, i + 1));
  return {
    run: async (meter, signal) => {
      const beat = { epochNs: meter.epochNs, everyNs: intervalNs, durationNs: flow.durationNs };
      const cuts = metronome(lab.clock, beat, () => cutBoth(meter, clients), signal);
      const turns = inTurns(lab.clock, { epochNs: meter.epochNs, flow, everyNs: plan.everyNs }, clients, signal);
      await Promise.all([cuts, turns]);
      const durationNs = meter.elapsedNs();
      await lastAnswers(lab.clock, clients, signal);
      for (const client of clients) client.giveUp();
      sayWhatFailed(lab, flow, clients);
      sayWhatIsLeft(lab, ends);
      return totalsOf(durationNs, clients);
    },
    close: () => {
      for (const client of clients) client.giveUp();
      server[Symbol.dispose]();
    },
  };
}

/** Asks in its turn. */
class Client {
  readonly #lab: Pick<Lab, 'clock' | 'record'>;
  readonly #ends: Ends;
  readonly #plan: RequestsPlan;
  readonly #stream: number;
  /** Not closed yet. */
  readonly #open = new Set<Asking>();
  #asked = 0;
  sentBytes = 0;
  receivedBytes = 0;
  retransmits = 0;
  /** Why there was no connection, or no answer, in words, with how often. */
  readonly failures = new Map<string, number>();

  constructor(lab: Pick<Lab, 'clock' | 'record'>, ends: Ends, plan: RequestsPlan, stream: number) {
    this.#lab = lab;
    this.#ends = ends;
    this.#plan = plan;
    this.#stream = stream;
  }

  get unanswered(): number {
    return this.#open.size;
  }

  ask(): void {
    const { flowId } = this.#ends.flow;
    this.#asked += 1;
    const sequence = this.#asked;
    const begunNs = this.#lab.clock.now();
    const settle = (connectNs: number | null, latencyNs: number | null, failure: string | null): void => {
      if (failure !== null) this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1);
      this.#lab.record({
        type: 'request',
        t: this.#lab.clock.now(),
        flowId,
        stream: this.#stream,
        sequence,
        latencyNs,
        connectNs,
      });
    };
    let fd: number;
    try {
      fd = begin(this.#ends);
    } catch (error) {
      if (error instanceof NoConnection) settle(null, null, error.message);
      else if (error instanceof SystemCallError) settle(null, null, FAILURES[error.code] ?? error.code);
      else throw error;
      return;
    }
    const asking = askOn(fd, this.#ends, this.#plan, {
      now: () => this.#lab.clock.now() - begunNs,
      onSent: (bytes) => (this.sentBytes += bytes),
      onRequest: (bytes) => (this.receivedBytes += bytes),
      onSettled: (connectNs, latencyNs, failure, retransmits) => {
        this.retransmits += retransmits;
        settle(connectNs, latencyNs, failure);
      },
      onClosed: () => this.#open.delete(asking),
    });
    this.#open.add(asking);
  }

  /** Those still unanswered are lost. */
  giveUp(): void {
    for (const asking of [...this.#open]) asking.giveUp();
  }
}

interface AskingEvents {
  /** Nanoseconds since the connection was begun. */
  readonly now: () => number;
  /** Its connection took the request. */
  readonly onSent: (bytes: number) => void;
  readonly onSettled: (
    connectNs: number | null,
    latencyNs: number | null,
    failure: string | null,
    retransmits: number,
  ) => void;
  readonly onClosed: () => void;
}

/** Asks on a connection that has been begun, and has the server answer. */
function askOn(
  fd: number,
  { server: { listener } }: Ends,
  plan: RequestsPlan,
  { onRequest, ...events }: AskingEvents & Pick<Exchange, 'onRequest'>,
): Asking {
  const own = localEndpoint(fd);
  listener.expect(own, { requestBytes: plan.bytes, replyBytes: plan.replyBytes, onRequest });
  const onClosed = (): void => {
    listener.forget(own);
    events.onClosed();
  };
  return new Asking(fd, plan, { ...events, onClosed });
}

/** One request on its connection. */
class Asking {
  readonly #fd: number;
  readonly #socket: Socket;
  readonly #events: AskingEvents;
  #connectNs: number | null = null;
  #missingBytes: number;
  #settled = false;

  constructor(fd: number, { bytes, replyBytes }: RequestsPlan, events: AskingEvents) {
    this.#fd = fd;
    this.#events = events;
    this.#missingBytes = replyBytes;
    this.#socket = streamSocket(
      fd,
      (heard) => this.#hear(heard),
      // Its descriptor is closed by then.
      (error) => this.#settle(FAILURES[codeOf(error)] ?? error.message, 0),
    );
    this.#socket.on('close', () => events.onClosed());
    const first = Math.min(bytes, FIRST_BYTES);
    // The kernel takes them when the connection is made, and not before.
    this.#socket.write(Buffer.alloc(first), (error) => {
      if (error || this.#settled) return;
      this.#connectNs = events.now();
      events.onSent(bytes);
      new Outflow(this.#socket).send(bytes - first);
    });
  }

  /** Ends it, whatever it waits for. */
  giveUp(): void {
    if (!this.#settled)
      this.#settle(this.#connectNs === null ? 'not connected in time' : 'not answered in time', this.#retransmits());
    resetStream(this.#socket);
    this.#events.onClosed();
  }

  #hear(bytes: number): void {
    this.#missingBytes -= bytes;
    if (this.#missingBytes === 0 && !this.#settled) this.#settle(null, this.#retransmits());
  }

  #retransmits(): number {
    return tcpInfo(this.#fd).retransmits;
  }

  #settle(failure: string | null, retransmits: number): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#events.onSettled(this.#connectNs, failure === null ? this.#events.now() : null, failure, retransmits);
    // Whoever asked ends it first, and waits out what may still be on its way (TIME_WAIT, RFC 9293 3.6.1).
    if (failure === null) this.#socket.end();
  }
}

/** Fewer than the least send buffer has room for. */
const FIRST_BYTES = 4096;

const FAILURES: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'no local port was free',
  EADDRINUSE: 'no local port was free',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'no way there',
  ENETUNREACH: 'no way there',
};

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A port is chosen with the other end in mind, as of a client that binds nothing: else all ends together have as many as one. */
function begin({ from, flow, port }: Ends): number {
  const { fromAddress, toAddress, congestion, ecn } = flow;
  const prepare = (fd: number): void => {
    setBindWithoutPort(fd);
    if (congestion !== undefined) setCongestionControl(fd, congestion);
  };
  const { fd, outcome } = from.namespace.run(() =>
    withEcn(ecn, () => tcpConnectStart({ address: toAddress, port }, fromAddress, prepare)),
  );
  if (outcome === 'pending' || outcome === 'connected') return fd;
  close(fd);
  throw new NoConnection(outcome);
}

class NoConnection extends Error {}

function sayWhatFailed(lab: Pick<Lab, 'clock' | 'record'>, { flowId }: FlowPlan, clients: readonly Client[]): void {
  const failures = new Map<string, number>();
  for (const client of clients)
    for (const [why, times] of client.failures) failures.set(why, (failures.get(why) ?? 0) + times);
  if (failures.size === 0) return;
  const words = [...failures].map(([why, times]) => `${times} ${why}`).join(', ');
  note(lab, 'warning', `flow ${flowId}: requests without an answer: ${words}`);
}
