/**
 * What a run under a virtual clock gave up, collected now and then. By itself V8 leaves what has grown old and died until the heap has
 * grown by many MiB: over a day that looks like a process that grows. Nobody feels the pause: the guest's clock stands still meanwhile.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A collection takes a few dozen milliseconds. */
const BETWEEN_MS = 60_000;

export class Garbage {
  readonly #nowMs: () => number;
  readonly #collect: () => void;
  #lastMs: number;

  /** @param collect all there is, at once */
  constructor(nowMs: () => number = () => performance.now(), collect: () => void = collector()) {
    this.#nowMs = nowMs;
    this.#collect = collect;
    this.#lastMs = nowMs();
  }

  /** Something has come, so there may be some. */
  heard(): void {
    if (this.#nowMs() - this.#lastMs < BETWEEN_MS) return;
    this.#collect();
    this.#lastMs = this.#nowMs();
  }
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
