/**
 * What a run under a virtual clock gave up, collected now and then. By itself V8 leaves what has grown old and died until the heap has
 * grown by many MiB: over a day that looks like a process that grows. Nobody feels the pause: the guest's clock stands still meanwhile.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of a lab with little traffic and churn, that is some minutes of its time. */
const MESSAGES = 5_000;

/** A collection takes a few dozen milliseconds, of a lab of thousands of pods some hundred. */
const BETWEEN_MS = 10_000;

export class Garbage {
  readonly #nowMs: () => number;
  readonly #collect: () => void;
  #lastMs: number;
  #heard = 0;

  /** @param collect all there is, at once */
  constructor(nowMs: () => number = () => performance.now(), collect: () => void = collector()) {
    this.#nowMs = nowMs;
    this.#collect = collect;
    this.#lastMs = nowMs();
  }

  /** A message has come, so there may be some. */
  heard(): void {
    this.#heard += 1;
    if (this.#heard < MESSAGES || this.#nowMs() - this.#lastMs < BETWEEN_MS) return;
    this.#collect();
    this.#lastMs = this.#nowMs();
    this.#heard = 0;
  }
}

/** What is young has no more room from now on than reading and planning took: V8 doubles it up to 32 MiB, where much is held for a while. */
function collector(): () => void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
