/**
 * Requests and replies over TCP, an open loop: each connection sends one every interval, answered or not, so that a queue
 * on the way cannot hide behind the questions that were not asked meanwhile ("coordinated omission").
 */
import type { Socket } from 'node:net';
import type { FlowPlan, RequestsPlan } from '../../../plan/plan.ts';
import type { FlowTotals } from '../../../trace/record.ts';
import { tcpInfo } from '../../../linux/tcp-info.ts';
import type { Lab } from '../../lab.ts';
import type { FlowMeter } from './flow-meter.ts';
import { metronome } from './metronome.ts';
import type { ReadyFlow } from './ready-flow.ts';
import { Outflow } from './outflow.ts';
import { inTurns, lastAnswers } from './request-turns.ts';
import { resetStream, streamSocket } from './stream-socket.ts';
import type { TcpConnection } from './tcp-connections.ts';

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
      const turns = inTurns(lab.clock, { epochNs, flow, everyNs: plan.everyNs }, streams, signal);
      await Promise.all([cuts, turns]);
      const durationNs = meter.elapsedNs();
      await lastAnswers(lab.clock, streams, signal);
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
  readonly #requests: Outflow;
  readonly #replies: Outflow;
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
    this.#client = streamSocket(client, (bytes) => this.#hearReply(bytes), onError);
    this.#server = streamSocket(server, (bytes) => this.#hearRequest(bytes), onError);
    this.#requests = new Outflow(this.#client);
    this.#replies = new Outflow(this.#server);
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
    this.#requests.send(this.#who.plan.bytes);
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
    for (; this.#served < Math.floor(this.receivedBytes / this.#who.plan.bytes); this.#served++)
      this.#replies.send(this.#who.plan.replyBytes);
  }

  #hearReply(bytes: number): void {
    this.#replyBytes += bytes;
    const now = this.#lab.clock.now();
    while (this.#answered < Math.floor(this.#replyBytes / this.#who.plan.replyBytes)) this.#settle(now);
  }

  #settle(answeredNs: number | null): void {
    const askedNs = this.#asked.shift();
    if (askedNs === undefined) return;
    this.#answered += 1;
    this.#lab.record({
      type: 'request',
      t: this.#lab.clock.now(),
      flowId: this.#who.flowId,
      stream: this.#who.stream,
      sequence: this.#answered,
      latencyNs: answeredNs === null ? null : answeredNs - askedNs,
    });
  }
}

/** Payload of the requests, and segments sent again by those who ask. */
interface Counted {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly retransmits: number;
}

export function cutBoth(meter: FlowMeter, streams: readonly Counted[]): void {
  const { sentBytes, receivedBytes, retransmits } = totalsOf(0, streams);
  meter.cut('sender', { bytes: sentBytes, retransmits, lostPackets: null });
  meter.cut('receiver', { bytes: receivedBytes, retransmits: null, lostPackets: null });
}

export function totalsOf(durationNs: number, all: readonly Counted[]): FlowTotals {
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
