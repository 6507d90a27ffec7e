/**
 * Where the datagrams of a flow arrive. Few are heard one by one, when they come (epoll). Many are read by the batch every
 * millisecond: a system call a datagram would be most of what a slow kernel does, and its queue would be ours.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { DatagramInbox, readStamp } from '../../../linux/datagram-train.ts';
import { close } from '../../../linux/socket.ts';
import { Delays, Jitter } from './delays.ts';
import { SequenceCount } from './sequence.ts';

/** Above this rate datagrams are read by the batch. */
const FEW_A_SECOND = 1000;
const BATCH_EVERY_MS = 1;

export interface UdpReceiverSettings {
  /** One a stream. */
  readonly fds: readonly number[];
  readonly packetsPerSecond: number;
  readonly ipv6: boolean;
  /** CLOCK_MONOTONIC. */
  readonly now: () => number;
  readonly onError: (error: Error) => void;
}

/** Counts of one stream. */
export class ArrivedStream {
  readonly sequence = new SequenceCount();
  readonly jitter = new Jitter();
  /** Payload, each datagram once. */
  bytes = 0;
  /** Those too short to be told apart. */
  unnumbered = 0;
}

export class UdpReceiver {
  readonly streams: readonly ArrivedStream[];
  readonly delays = new Delays();
  /** CLOCK_MONOTONIC; 0 before the first. */
  lastArrivalNs = 0;
  /** Empty datagrams: they come before the flow and are none of it. */
  greeted = 0;
  readonly #settings: UdpReceiverSettings;
  readonly #inbox = new DatagramInbox();
  #timer: NodeJS.Timeout | undefined;
  #sockets: readonly Socket[] = [];
  #closed = false;

  constructor(settings: UdpReceiverSettings) {
    this.#settings = settings;
    this.streams = settings.fds.map(() => new ArrivedStream());
    if (settings.packetsPerSecond > FEW_A_SECOND) this.#timer = setInterval(() => this.drain(), BATCH_EVERY_MS);
    else this.#sockets = this.streams.map((stream, i) => this.#hearEach(stream, settings.fds[i] ?? -1));
  }

  /** Datagrams that have arrived, each once. */
  get packets(): number {
    return this.streams.reduce((sum, { sequence, unnumbered }) => sum + sequence.distinct + unnumbered, 0);
  }

  get bytes(): number {
    return this.streams.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Of datagrams that are heard when they come, ns; those of a batch have one time of arrival, which would be counted as jitter. */
  get jitterNs(): number | null {
    return this.#sockets.length === 0 ? null : Jitter.meanOf(this.streams.map(({ jitter }) => jitter));
  }

  /** Takes all that has arrived. */
  drain(): void {
    try {
      const now = this.#settings.now();
      this.streams.forEach((stream, i) => {
        const fd = this.#settings.fds[i];
        if (fd === undefined) return;
        this.#inbox.receive(fd, (sequence, departureNs, bytes) =>
          this.#take(stream, now, sequence, departureNs, bytes),
        );
      });
    } catch (error) {
      this.#settings.onError(error instanceof Error ? error : new Error(String(error)));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.close();
    if (this.#sockets.length === 0) for (const fd of this.#settings.fds) close(fd);
  }

  #hearEach(stream: ArrivedStream, fd: number): Socket {
    const socket = createSocket(this.#settings.ipv6 ? 'udp6' : 'udp4');
    socket.on('error', this.#settings.onError);
    socket.on('message', (payload) => {
      const stamp = readStamp(payload);
      this.#take(stream, this.#settings.now(), stamp?.sequence ?? null, stamp?.departureNs ?? null, payload.length);
    });
    socket.bind({ fd, exclusive: true });
    return socket;
  }

  #take(stream: ArrivedStream, now: number, sequence: number | null, departureNs: number | null, bytes: number): void {
    if (bytes === 0) {
      this.greeted += 1;
      return;
    }
    this.lastArrivalNs = now;
    if (sequence === null || departureNs === null) stream.unnumbered += 1;
    else if (!stream.sequence.add(sequence)) return;
    else {
      this.delays.add(now - departureNs);
      stream.jitter.add(now - departureNs);
    }
    stream.bytes += bytes;
  }
}
