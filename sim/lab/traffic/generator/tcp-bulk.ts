/** Bulk over TCP: each stream sends as much as its socket takes, or its part of a volume, and the receiver counts. */
import type { Socket } from 'node:net';
import type { FlowPlan } from '../../../plan/plan.ts';
import type { FlowTotals, StreamTotals } from '../../../trace/record.ts';
import { discardArrived } from '../../../linux/socket.ts';
import { setReceiveLowWater } from '../../../linux/socket-options.ts';
import { partsOf } from '../../../plan/flows/volume.ts';
import { tcpInfo } from '../../../linux/tcp-info.ts';
import type { Lab } from '../../lab.ts';
import { sum } from '../../../plan/flows/sum.ts';
import type { FlowMeter } from './flow-meter.ts';
import { metronome } from './metronome.ts';
import { Outflow } from './outflow.ts';
import type { ReadyFlow } from './ready-flow.ts';
import { resetStream, streamSocket } from './stream-socket.ts';
import type { TcpConnection } from './tcp-connections.ts';

/** @param wakeBytes how much of a stream waits before its reader is woken, which empties it */
export function tcpBulk(
  lab: Pick<Lab, 'clock'>,
  flow: FlowPlan,
  connections: readonly TcpConnection[],
  wakeBytes: number,
  intervalNs: number,
): ReadyFlow {
  const broken = new AbortController();
  const parts = flow.volume === undefined ? null : partsOf(flow.volume.bytes, connections.length);
  const complete = new AbortController();
  const streams = connections.map(
    (connection, i) =>
      new BulkStream(connection, wakeBytes, parts?.[i] ?? Number.POSITIVE_INFINITY, {
        onComplete: () => {
          if (streams.every(({ isComplete }) => isComplete)) complete.abort();
        },
        onError: (error) => broken.abort(named(error, i)),
      }),
  );
  return {
    run: async (meter, signal) => {
      let totals = totalsOf(meter, streams);
      const cut = (): void => {
        totals = totalsOf(meter, streams);
        cutBoth(meter, totals);
      };
      const beat = { epochNs: meter.epochNs, everyNs: intervalNs, durationNs: flow.durationNs };
      const completed: Pick<FlowTotals, 'completedNs'>[] = [];
      complete.signal.addEventListener('abort', () => completed.push({ completedNs: meter.elapsedNs() }));
      for (const stream of streams) stream.start();
      await metronome(lab.clock, beat, cut, AbortSignal.any([signal, broken.signal, complete.signal]));
      if (broken.signal.aborted) throw broken.signal.reason;
      if (signal.aborted || complete.signal.aborted) cut();
      return { ...totals, ...completed[0] };
    },
    close: () => {
      for (const stream of streams) stream.close();
    },
  };
}

interface BulkEvents {
  /** All of its part has arrived. */
  readonly onComplete: () => void;
  readonly onError: (error: Error) => void;
}

class BulkStream {
  readonly #sender: Socket;
  readonly #receiver: Socket;
  readonly #fd: number;
  readonly #receiverFd: number;
  readonly #wakeBytes: number;
  readonly #onComplete: () => void;
  readonly #outflow: Outflow;
  #missingBytes: number;
  #receivedBytes = 0;
  #wokenAtBytes = 0;

  /** @param partBytes what it carries; infinity: as much as there is time for */
  constructor(
    { client, server }: TcpConnection,
    wakeBytes: number,
    partBytes: number,
    { onComplete, onError }: BulkEvents,
  ) {
    this.#fd = client;
    this.#receiverFd = server;
    this.#wakeBytes = wakeBytes;
    this.#missingBytes = partBytes;
    this.#onComplete = onComplete;
    this.#awaitRest();
    this.#sender = streamSocket(client, () => undefined, onError);
    this.#receiver = streamSocket(server, (bytes) => this.#take(bytes), onError);
    this.#outflow = new Outflow(this.#sender);
  }

  get isComplete(): boolean {
    return this.#missingBytes === 0;
  }

  start(): void {
    this.#outflow.send(this.#missingBytes);
  }

  /**
   * Asks the kernel: what the sending side has put on the wire once, and how many segments again. Takes what the receiving side
   * holds, for its reader is woken only when its room is half full.
   */
  totals(): StreamTotals {
    const { sentBytes, retransmits } = tcpInfo(this.#fd);
    this.#take(discardArrived(this.#receiverFd));
    return { sentBytes, receivedBytes: this.#receivedBytes, retransmits };
  }

  close(): void {
    this.#outflow.stop();
    resetStream(this.#sender);
    resetStream(this.#receiver);
  }

  #take(bytes: number): void {
    if (bytes === 0) return;
    this.#receivedBytes += bytes;
    this.#missingBytes -= bytes;
    if (this.#missingBytes === 0) this.#onComplete();
    else this.#awaitRest();
  }

  /**
   * The reader is woken when enough waits, or by the last byte: else TCP acknowledges only as fast as this thread reads, and
   * a limit runs dry while it does something else.
   */
  #awaitRest(): void {
    const bytes = Math.min(this.#wakeBytes, this.#missingBytes);
    if (bytes > 0 && bytes !== this.#wokenAtBytes) setReceiveLowWater(this.#receiverFd, bytes);
    this.#wokenAtBytes = bytes;
  }
}

function cutBoth(meter: FlowMeter, { sentBytes, receivedBytes, retransmits }: FlowTotals): void {
  meter.cut('sender', { bytes: sentBytes, retransmits, lostPackets: null });
  meter.cut('receiver', { bytes: receivedBytes, retransmits: null, lostPackets: null });
}

function totalsOf(meter: FlowMeter, streams: readonly BulkStream[]): FlowTotals {
  const all = streams.map((stream) => stream.totals());
  return {
    sentBytes: sum(all.map(({ sentBytes }) => sentBytes)),
    receivedBytes: sum(all.map(({ receivedBytes }) => receivedBytes)),
    durationNs: meter.elapsedNs(),
    retransmits: sum(all.map(({ retransmits }) => retransmits ?? 0)),
    lostPackets: null,
    packets: null,
    streams: all,
  };
}

function named(error: Error, stream: number): Error {
  return new Error(`stream ${stream + 1}: ${error.message}`, { cause: error });
}
