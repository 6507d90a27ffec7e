/**
 * How long until the next sample. Under a virtual clock an hour in which nobody does anything costs what its samples
 * cost, so while a step only waits and nothing moves they become rarer.
 */
import type { StepPlan } from '../plan/plan.ts';

/** Steps that make no packets of their own. */
const WAITING: ReadonlySet<StepPlan['kind']> = new Set(['sleep', 'wait']);
/** So many samples without change, and it is taken to be quiet. */
const QUIET_SAMPLES = 10;
const LONGEST_MS = 30_000;

export class SamplingPace {
  readonly #intervalMs: number;
  #quiet = 0;
  #waiting = false;

  /** @param intervalMs the shortest, at which it begins */
  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  begin(step: Pick<StepPlan, 'kind'>): void {
    this.#waiting = WAITING.has(step.kind);
    this.#quiet = 0;
  }

  /** Milliseconds until the next one, after one that did or did not find something moved. */
  after(moved: boolean): number {
    this.#quiet = moved ? 0 : this.#quiet + 1;
    if (!this.#waiting || this.#quiet < QUIET_SAMPLES) return this.#intervalMs;
    return Math.min(LONGEST_MS, this.#intervalMs * 2 ** (this.#quiet - QUIET_SAMPLES + 1));
  }
}
