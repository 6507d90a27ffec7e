/**
 * Requests and replies over TCP, an open loop: each connection sends one every interval, answered or not, so that a queue
 * on the way cannot hide behind the questions that were not asked meanwhile ("coordinated omission").
 */
import type { Socket } from 'node:net';
import type { FlowPlan, RequestsPlan } from '../../../plan/plan.ts';
import type { FlowTotals } from '../../../trace/record.ts';
import { tcpInfo } from '../../../linux/tcp-info.ts';
import { sleep } from '../../clock.ts';
import type { Lab } from '../../lab.ts';
import type { FlowMeter } from './flow-meter.ts';
import { metronome } from './metronome.ts';
import type { ReadyFlow } from './ready-flow.ts';
import { resetStream, streamSocket } from './stream-socket.ts';
import type { TcpConnection } from './tcp-connections.ts';

/** How long the last answers may take after the last request; then they are lost. As long as the departure horizon. */
const LINGER_NS = 2e9;
const LOOK_NS = 5e6;

export function requestFlow(
  lab: Pick<Lab, 'clock' | 'record'>,
  flow: FlowPlan,
  plan: RequestsPlan,
  connections: readonly TcpConnection[],
  intervalNs: number,
): ReadyFlow {
  const broken = new AbortController();
  const streams = connections.map(
    (connection, i) =>
      new RequestStream(lab, { flowId: flow.flowId, stream: i + 1, plan }, connection, (error) => broken.abort(error)),
  );
  return {
    run: async (meter, outer) => {
      const signal = AbortSignal.any([outer, broken.signal]);
      const { epochNs } = meter;
      const cuts = metronome(
        lab.clock,
        { epochNs, everyNs: intervalNs, durationNs: flow.durationNs },
        () => cutBoth(meter, streams),
        signal,
      );
      // Streams take turns within an interval, so that they do not measure each other.
      const turns = streams.map((stream, i) => {
        const offsetNs = Math.floor((i * plan.everyNs) / streams.length);
        // The first request goes out one interval after this: at its turn.
        const firstNs = epochNs + offsetNs - plan.everyNs;
        const beat = { epochNs: firstNs, everyNs: plan.everyNs, durationNs: epochNs + flow.durationNs - firstNs };
        // The last beat is the end, and no request of its own.
        const ask = (n: number): void => {
          if (n * plan.everyNs < beat.durationNs) stream.ask();
        };
        return metronome(lab.clock, beat, ask, signal);
      });
      await Promise.all([cuts, ...turns]);
      const durationNs = meter.elapsedNs();
      const deadline = lab.clock.now() + LINGER_NS;
      while (!signal.aborted && streams.some(({ unanswered }) => unanswered > 0) && lab.clock.now() < deadline) {
        await sleep(LOOK_NS, signal);
      }
      for (const stream of streams) stream.giveUp();
      if (broken.signal.aborted) throw broken.signal.reason;
      return totalsOf(durationNs, streams);
    },
    close: () => {
      for (const stream of streams) stream.close();
    },
  };
}

interface RequestIdentity {
  readonly flowId: number;
  readonly stream: number;
  readonly plan: RequestsPlan;
}

class RequestStream {
  readonly #lab: Pick<Lab, 'clock' | 'record'>;
  readonly #who: RequestIdentity;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #fd: number;
  readonly #request: Buffer;
  readonly #reply: Buffer;
  /** When each unanswered request was sent, in order; TCP keeps the answers in order too. */
  readonly #asked: number[] = [];
  #answered = 0;
  #replyBytes = 0;
  #served = 0;
  receivedBytes = 0;

  constructor(
    lab: Pick<Lab, 'clock' | 'record'>,
    who: RequestIdentity,
    { client, server }: TcpConnection,
    onError: (error: Error) => void,
  ) {
    this.#lab = lab;
    this.#who = who;
    this.#fd = client;
    this.#request = Buffer.alloc(who.plan.bytes);
    this.#reply = Buffer.alloc(who.plan.replyBytes);
    this.#client = streamSocket(client, (bytes) => this.#hearReply(bytes), onError);
    this.#server = streamSocket(server, (bytes) => this.#hearRequest(bytes), onError);
  }

  get unanswered(): number {
    return this.#asked.length;
  }

  get sentBytes(): number {
    return tcpInfo(this.#fd).sentBytes;
  }

  get retransmits(): number {
    return tcpInfo(this.#fd).retransmits;
  }

  ask(): void {
    this.#asked.push(this.#lab.clock.now());
    this.#client.write(this.#request);
  }

  /** Those still unanswered are lost. */
  giveUp(): void {
    while (this.#asked.length > 0) this.#settle(null);
  }

  close(): void {
    resetStream(this.#client);
    resetStream(this.#server);
  }

  #hearRequest(bytes: number): void {
    this.receivedBytes += bytes;
    for (; this.#served < Math.floor(this.receivedBytes / this.#request.length); this.#served++)
      this.#server.write(this.#reply);
  }

  #hearReply(bytes: number): void {
    this.#replyBytes += bytes;
    const now = this.#lab.clock.now();
    while (this.#answered < Math.floor(this.#replyBytes / this.#reply.length)) this.#settle(now);
  }

  #settle(answeredNs: number | null): void {
    const askedNs = this.#asked.shift();
    if (askedNs === undefined) return;
    this.#answered += 1;
    this.#lab.record({
      ...{ type: 'request', t: this.#lab.clock.now(), flowId: this.#who.flowId, stream: this.#who.stream },
      ...{ sequence: this.#answered, latencyNs: answeredNs === null ? null : answeredNs - askedNs },
    });
  }
}

function cutBoth(meter: FlowMeter, streams: readonly RequestStream[]): void {
  const { sentBytes, receivedBytes, retransmits } = totalsOf(0, streams);
  meter.cut('sender', { bytes: sentBytes, retransmits, lostPackets: null });
  meter.cut('receiver', { bytes: receivedBytes, retransmits: null, lostPackets: null });
}

function totalsOf(durationNs: number, all: readonly RequestStream[]): FlowTotals {
  const streams = all.map(({ sentBytes, receivedBytes, retransmits }) => ({ sentBytes, receivedBytes, retransmits }));
  const sum = (of: (stream: (typeof streams)[number]) => number): number =>
    streams.reduce((total, stream) => total + of(stream), 0);
  return {
    sentBytes: sum(({ sentBytes }) => sentBytes),
    receivedBytes: sum(({ receivedBytes }) => receivedBytes),
    durationNs,
    retransmits: sum(({ retransmits }) => retransmits),
    lostPackets: null,
    packets: null,
    streams,
  };
}
