/**
 * When the lab looked at its counters. Records of one sampling carry nearly one time; counters that did not move have
 * no record, so a reader needs to know when the sampling before began.
 */
export class Sampling {
  #previous = 0;
  #current = 0;

  /** The sampling before the one that a record of time `t` belongs to; 0, the lab's beginning, before the first. */
  before(t: number): number {
    if (t - this.#current > SAME_SAMPLING_NS) {
      this.#previous = this.#current;
      this.#current = t;
    }
    return this.#previous;
  }
}

/** A thousand counters are not read in one moment; samplings are 100 ms apart. */
const SAME_SAMPLING_NS = 50e6;
