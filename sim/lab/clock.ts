/** The lab's clock: nanoseconds of the kernel's monotonic clock since the lab began, the `t` of every trace record. */

export class LabClock {
  readonly #start: bigint;
  readonly #read: () => bigint;

  /** `read` gives monotonic nanoseconds; a test passes its own. */
  constructor(read: () => bigint = () => process.hrtime.bigint()) {
    this.#read = read;
    this.#start = read();
  }

  /** A moment of the lab on the kernel's own clock (CLOCK_MONOTONIC), for times that the kernel is to keep. */
  monotonic(t: number): number {
    return Number(this.#start) + t;
  }

  /** Integer nanoseconds since the lab began. */
  now(): number {
    return Number(this.#read() - this.#start);
  }
}

/**
 * Waits `ns` nanoseconds, rounded up to the timer's milliseconds; returns early, without a fault, when `signal` aborts.
 */
export function sleep(ns: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.ceil(ns / 1e6));
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Lets everything else that is ready run first: input, timers, what others wait for. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
