/** Bulk over TCP: each stream sends as much as its socket takes, and the receiver counts. */
import type { Socket } from 'node:net';
import type { FlowPlan } from '../../../plan/plan.ts';
import type { FlowTotals, StreamTotals } from '../../../trace/record.ts';
import { discardArrived } from '../../../linux/socket.ts';
import { setReceiveLowWater } from '../../../linux/socket-options.ts';
import { tcpInfo } from '../../../linux/tcp-info.ts';
import type { Lab } from '../../lab.ts';
import type { FlowMeter } from './flow-meter.ts';
import { metronome } from './metronome.ts';
import type { ReadyFlow } from './ready-flow.ts';
import { resetStream, streamSocket } from './stream-socket.ts';
import type { TcpConnection } from './tcp-connections.ts';

/** Handed to the kernel at a time. */
const chunk = Buffer.alloc(128 * 1024);

/** @param roomBytes that each socket has (socket-room.ts) */
export function tcpBulk(
  lab: Pick<Lab, 'clock'>,
  flow: FlowPlan,
  connections: readonly TcpConnection[],
  roomBytes: number,
  intervalNs: number,
): ReadyFlow {
  const broken = new AbortController();
  // Else TCP acknowledges only as fast as this thread reads, and a limit runs dry while it does something else.
  for (const { server } of connections) setReceiveLowWater(server, roomBytes / 2);
  const streams = connections.map(
    (connection, i) => new BulkStream(connection, (error) => broken.abort(named(error, i))),
  );
  return {
    run: async (meter, signal) => {
      let totals = totalsOf(meter, streams);
      const cut = (): void => {
        totals = totalsOf(meter, streams);
        cutBoth(meter, totals);
      };
      const beat = { epochNs: meter.epochNs, everyNs: intervalNs, durationNs: flow.durationNs };
      for (const stream of streams) stream.start();
      await metronome(lab.clock, beat, cut, AbortSignal.any([signal, broken.signal]));
      if (broken.signal.aborted) throw broken.signal.reason;
      if (signal.aborted) cut();
      return totals;
    },
    close: () => {
      for (const stream of streams) stream.close();
    },
  };
}

class BulkStream {
  readonly #sender: Socket;
  readonly #receiver: Socket;
  readonly #fd: number;
  readonly #receiverFd: number;
  #sending = false;
  #receivedBytes = 0;

  constructor({ client, server }: TcpConnection, onError: (error: Error) => void) {
    this.#fd = client;
    this.#receiverFd = server;
    this.#sender = streamSocket(client, () => undefined, onError);
    this.#receiver = streamSocket(server, (bytes) => (this.#receivedBytes += bytes), onError);
    this.#sender.on('drain', () => this.#send());
  }

  start(): void {
    this.#sending = true;
    this.#send();
  }

  /**
   * Asks the kernel: what the sending side has put on the wire once, and how many segments again. Takes what the receiving side
   * holds, for its reader is woken only when its room is half full.
   */
  totals(): StreamTotals {
    const { sentBytes, retransmits } = tcpInfo(this.#fd);
    this.#receivedBytes += discardArrived(this.#receiverFd);
    return { sentBytes, receivedBytes: this.#receivedBytes, retransmits };
  }

  close(): void {
    this.#sending = false;
    resetStream(this.#sender);
    resetStream(this.#receiver);
  }

  #send(): void {
    while (this.#sending && this.#sender.write(chunk));
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
