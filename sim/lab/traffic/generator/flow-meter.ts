/** What both sides of a flow have moved, cut into the intervals of the trace. */
import type { Lab } from '../../lab.ts';

type Side = 'sender' | 'receiver';

/** Cumulative, of all streams together. */
export interface SideCount {
  readonly bytes: number;
  readonly retransmits: number | null;
  readonly lostPackets: number | null;
}

const NOTHING: SideCount = { bytes: 0, retransmits: null, lostPackets: null };

export class FlowMeter {
  readonly #lab: Pick<Lab, 'clock' | 'record'>;
  readonly #flowId: number;
  /** The lab's time that the flow's intervals count from. */
  readonly epochNs: number;
  readonly #last: Record<Side, { atNs: number; count: SideCount }> = {
    sender: { atNs: 0, count: NOTHING },
    receiver: { atNs: 0, count: NOTHING },
  };

  constructor(lab: Pick<Lab, 'clock' | 'record'>, flowId: number, epochNs: number) {
    this.#lab = lab;
    this.#flowId = flowId;
    this.epochNs = epochNs;
  }

  /** Nanoseconds since the epoch. */
  elapsedNs(): number {
    return this.#lab.clock.now() - this.epochNs;
  }

  /**
   * Ends an interval of `side` now, or at `endNs` since the epoch, and begins the next: exactly the time in which the
   * bytes were counted.
   */
  cut(side: Side, count: SideCount, endNs = this.elapsedNs()): void {
    const t = this.#lab.clock.now();
    const { atNs: startNs, count: before } = this.#last[side];
    if (endNs <= startNs) return;
    this.#last[side] = { atNs: endNs, count };
    this.#lab.record({
      type: 'flow',
      t,
      flowId: this.#flowId,
      side,
      startNs,
      endNs,
      bytes: count.bytes - before.bytes,
      retransmits: count.retransmits === null ? null : count.retransmits - (before.retransmits ?? 0),
      lostPackets: count.lostPackets === null ? null : count.lostPackets - (before.lostPackets ?? 0),
    });
  }
}
