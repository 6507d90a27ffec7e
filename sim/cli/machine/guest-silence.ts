/**
 * How long a guest has been silent, of the time in which it could have spoken. A machine that keeps its processors from a guest
 * makes it late, and a guest that is late does not hang: while its threads wait for a processor nothing is counted but what they
 * ran. One that is stopped, or sleeps, is counted by the wall.
 */
import type { ThreadTimes } from './watch-guest.ts';

export interface SilenceProc {
  /** Of all threads of the guest that live; none where this machine does not count them. */
  readonly threads: () => readonly ThreadTimes[];
  readonly nowMs: () => number;
}

export class GuestSilence {
  readonly #proc: SilenceProc;
  #threads = new Map<string, ThreadTimes>();
  #lookedMs: number;
  #heardMs: number;
  #silentMs = 0;

  constructor(proc: SilenceProc) {
    this.#proc = proc;
    this.#lookedMs = proc.nowMs();
    this.#heardMs = this.#lookedMs;
    this.#passed();
  }

  /** It has spoken. */
  broken(): void {
    this.#heardMs = this.#proc.nowMs();
    this.#silentMs = 0;
  }

  /** Milliseconds of silence until now; to be asked often: what begins and ends in between is not seen. */
  look(): number {
    const now = this.#proc.nowMs();
    const wall = now - this.#lookedMs;
    const { ranMs, waitedMs } = this.#passed();
    const counted = Math.min(wall, Math.max(ranMs, wall - waitedMs));
    // Of an interval in which it spoke only what came after.
    this.#silentMs += Math.min(counted, now - this.#heardMs);
    this.#lookedMs = now;
    return this.#silentMs;
  }

  /** On the wall, since it spoke. */
  get wallMs(): number {
    return this.#proc.nowMs() - this.#heardMs;
  }

  #passed(): { readonly ranMs: number; readonly waitedMs: number } {
    let [ranNs, waitedNs] = [0, 0];
    const now = new Map(this.#proc.threads().map((thread) => [thread.id, thread]));
    for (const thread of now.values()) {
      const before = this.#threads.get(thread.id) ?? { ranNs: 0, waitedNs: 0 };
      ranNs += Math.max(0, thread.ranNs - before.ranNs);
      waitedNs += Math.max(0, thread.waitedNs - before.waitedNs);
    }
    this.#threads = now;
    return { ranMs: ranNs / 1e6, waitedMs: waitedNs / 1e6 };
  }
}
