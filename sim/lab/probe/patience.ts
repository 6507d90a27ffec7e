/** How long and how often who is silent is asked. */
import type { LabClock } from '../clock.ts';

/** poll(2) blocks this thread: not longer than other work may wait. */
export const POLL_MS = 20;
/** A question without an answer is asked so many times in all, evenly over the time-out. */
const ASKINGS = 3;
/**
 * So many time-outs is waited for who is silent though the policies let it through, and asked on: a lost packet is no denial, and a
 * neighbour whose address was asked for in vain is asked for again after a second.
 */
const TIMEOUTS_WHERE_ALLOWED = 4;
/** More than this between two looks is no silence: nobody listened, because the kernel itself stood still or was busy. */
const LONGEST_LOOK_NS = 2 * POLL_MS * 1e6;

/**
 * How long nobody has answered, of the time in which somebody listened. A guest whose machine took the processor away for half a
 * second finds half a second gone and its packets where they were: that is no time-out.
 */
export class Silence {
  readonly #clock: Pick<LabClock, 'now'>;
  #looked: number;
  #ns = 0;

  constructor(clock: Pick<LabClock, 'now'>) {
    this.#clock = clock;
    this.#looked = clock.now();
  }

  get ns(): number {
    return this.#ns;
  }

  /** Since the last look. */
  goesOn(): void {
    const now = this.#clock.now();
    this.#ns += Math.min(now - this.#looked, LONGEST_LOOK_NS);
    this.#looked = now;
  }

  broken(): void {
    this.#ns = 0;
    this.#looked = this.#clock.now();
  }
}

/** How often all who are silent are asked, and for how long they are waited for. */
export class Patience {
  readonly #timeoutNs: number;
  #timeouts = 1;
  #askings = 1;

  constructor(timeoutNs: number) {
    this.#timeoutNs = timeoutNs;
  }

  get askings(): number {
    return this.#askings;
  }

  /** Whether those are waited for already whom the policies let through, and nobody else. */
  get isSpent(): boolean {
    return this.#timeouts > 1;
  }

  leftNs(silenceNs: number): number {
    return Math.max(0, this.#timeouts * this.#timeoutNs - silenceNs);
  }

  /** Counts an asking where one is due. */
  asksAgain(silenceNs: number): boolean {
    const due = this.#askings < this.#timeouts * ASKINGS && silenceNs >= (this.#askings * this.#timeoutNs) / ASKINGS;
    if (due) this.#askings += 1;
    return due;
  }

  /** With those alone whom the policies let through. */
  goOn(): void {
    this.#timeouts = TIMEOUTS_WHERE_ALLOWED;
  }
}
