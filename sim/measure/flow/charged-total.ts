/**
 * Bytes that passed a counter, as limits charge them. A rate on the wire is what a limit holds, so it is counted as limits count, from the
 * bytes and packets of queues that know of no charge.
 */
import { chargedBytes, type Charge } from '../../../dataplane/bandwidth/charge.ts';

interface Counted {
  readonly packets: number;
  readonly bytes: number;
}

export class ChargedTotal {
  #last: Counted = { packets: 0, bytes: 0 };
  #total = 0;

  /**
   * @param now all that has passed so far. Frames between two counts are taken for equal where they are padded: a plan has no others
   *   (sim/plan/wire/charged-frames.ts)
   * @returns all of it as it is charged
   */
  count({ packets, bytes }: Counted, charge: Charge): number {
    this.#total += chargedBytes(charge, bytes - this.#last.bytes, packets - this.#last.packets);
    this.#last = { packets, bytes };
    return this.#total;
  }
}
