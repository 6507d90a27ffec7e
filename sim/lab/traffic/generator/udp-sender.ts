/**
 * One stream of datagrams at an even pace. Each carries its departure time and fq lets it go then, so this thread may be late by
 * some milliseconds without the stream's being late: it works ahead, by the batch. A slow stream does without: each datagram is sent
 * when it is due, as a program would that sleeps in between, for what a queue is told of ahead of its time is never sparse to it.
 */
import { DatagramTrain } from '../../../linux/datagram-train.ts';
import type { TrainSent } from '../../../linux/datagram-train.ts';

export interface Pace {
  /** The first departure; CLOCK_MONOTONIC, as all times here. */
  readonly firstNs: number;
  /** From one datagram to the next. */
  readonly gapNs: number;
  /** No departure at this time or later. */
  readonly endNs: number;
}

/**
 * How far ahead of their departure datagrams are handed over, where a queue holds them back. As long as this thread is on time,
 * little: what lies in a queue is in others' way. When it is late, twice as far as it was late, and from there slowly back.
 */
const LEAD_NS = 4e6;
export const LONGEST_LEAD_NS = 20e6;
const LEAD_DECAY = 0.98;
/** Batches are made this often, at most. */
export const TICK_NS = 2e6;
/** Streams with so long from one datagram to the next, 500 a second, are sent as they are due. */
export const SLOW_GAP_NS = 2e6;
const SLOW_TICK_NS = 1e6;
/** What a stream is behind by more than this is forgiven: it was not offered, and not to be made up for. */
const FORGIVEN_NS = 250e6;
/** What it is behind by less is made up for at a quarter more than the pace: a burst would measure the burst. */
const CATCH_UP = 0.8;
/** UIO_MAXIOV: the most that one sendmmsg takes. */
const LARGEST_BATCH = 1024;

export class UdpSender {
  readonly #train: DatagramTrain;
  readonly #departures: Float64Array;
  readonly #timed: boolean;
  readonly #pace: Pace;
  #dueNs: number;
  #leadNs = LEAD_NS;
  /** When this was to be called again. */
  #wokenAtNs: number | null = null;
  #lastNs = Number.NEGATIVE_INFINITY;
  /** Datagrams that the kernel took. */
  sent = 0;
  /** What became of the last batch. */
  outcome: TrainSent['outcome'] = 'sent';

  /** `timed`: departure times are enabled on `fd`, and the queue behind it keeps them. */
  constructor(fd: number, datagramBytes: number, timed: boolean, pace: Pace) {
    const capacity = Math.min(LARGEST_BATCH, Math.ceil((LONGEST_LEAD_NS + TICK_NS) / pace.gapNs) + 1);
    this.#train = new DatagramTrain(fd, datagramBytes, capacity, timed);
    this.#departures = new Float64Array(capacity);
    this.#timed = timed;
    this.#pace = pace;
    this.#dueNs = pace.firstNs;
  }

  /** When there is something to do again; null: the stream is over. */
  get wakeNs(): number | null {
    return this.#isOver(this.#dueNs) ? null : this.#dueNs - (this.#timed ? this.#leadNs / 2 : 0);
  }

  /** Sends what is due, ahead by the lead. @throws SystemCallError */
  pump(nowNs: number): void {
    // What was due before the end and is late is sent all the same.
    if (nowNs >= this.#pace.endNs && !(this.#isSlow && nowNs < this.#pace.endNs + FORGIVEN_NS)) {
      this.#dueNs = this.#pace.endNs;
      return;
    }
    const lateNs = this.#wokenAtNs === null ? 0 : nowNs - this.#wokenAtNs;
    this.#leadNs = Math.min(LONGEST_LEAD_NS, Math.max(LEAD_NS, 2 * lateNs, this.#leadNs * LEAD_DECAY));
    this.#dueNs = Math.max(this.#dueNs, nowNs - FORGIVEN_NS);
    this.#sendDue(nowNs);
    this.#wokenAtNs = Math.max(nowNs + TICK_NS, this.wakeNs ?? nowNs);
    if (nowNs >= this.#pace.endNs) this.#dueNs = this.#pace.endNs;
  }

  /** The next batch is not made sooner than so long after one. */
  get tickNs(): number {
    return this.#isSlow ? SLOW_TICK_NS : TICK_NS;
  }

  get #isSlow(): boolean {
    return !this.#timed && this.#pace.gapNs >= SLOW_GAP_NS;
  }

  /** A departure is a whole nanosecond: what sums of fractional gaps lack of the end is at the end. */
  #isOver(ns: number): boolean {
    return Math.round(ns) >= this.#pace.endNs;
  }

  #sendDue(nowNs: number): void {
    for (;;) {
      const count = this.#fill(nowNs);
      if (count === 0) return;
      const { sent, outcome } = this.#train.send(count);
      this.outcome = outcome;
      if (sent > 0) {
        this.sent += sent;
        this.#dueNs += sent * this.#pace.gapNs;
        this.#lastNs = this.#departures[sent - 1] ?? this.#lastNs;
      }
      if (sent < count) return;
    }
  }

  /** The batch of what is to leave within the lead, or, where nothing keeps a datagram back, within a tick; how many it is. */
  #fill(nowNs: number): number {
    const { gapNs } = this.#pace;
    const untilNs = nowNs + (this.#timed ? this.#leadNs : this.#isSlow ? 0 : TICK_NS);
    let count = 0;
    // None leaves in the past: what is late leaves now, and the next ones at the pace of catching up.
    let last = this.#timed ? Math.max(this.#lastNs, nowNs - CATCH_UP * gapNs) : this.#lastNs;
    for (; count < this.#train.capacity; count++) {
      const dueNs = this.#dueNs + count * gapNs;
      const departureNs = Math.max(dueNs, last + CATCH_UP * gapNs);
      if (this.#isOver(dueNs) || this.#isOver(departureNs) || departureNs > untilNs) break;
      this.#train.set(count, this.sent + count, this.#timed ? Math.round(departureNs) : nowNs);
      this.#departures[count] = departureNs;
      last = departureNs;
    }
    return count;
  }
}
