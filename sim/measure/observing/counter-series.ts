/**
 * A cumulative counter over time, as its samples tell it: points of (time, value), straight lines between them.
 *
 * A sample that found the counter unmoved adds no point beyond the two ends of the plateau, so a thousand idle pods
 * cost nothing.
 */
import { TraceContradiction } from './trace-contradiction.ts';

/** Of a counter that never moved, as most are: no array of its own. */
const NONE: number[] = [];

export class CounterSeries {
  #times: number[] = NONE;
  #values: number[] = NONE;

  /** Times of the points, ascending, in nanoseconds. */
  get times(): readonly number[] {
    return this.#times;
  }

  get last(): number {
    return this.#values.at(-1) ?? 0;
  }

  /**
   * @param t when it was sampled, nanoseconds, not before the last point
   * @param previousSampling the sampling before this one: until then the counter stood still
   * @throws TraceContradiction when time or counter goes back
   */
  add(t: number, value: number, previousSampling: number): void {
    const lastTime = this.#times.at(-1) ?? 0;
    if (t < lastTime) throw new TraceContradiction(`time goes back from ${lastTime} to ${t} ns`);
    if (value < this.last) throw new TraceContradiction(`a cumulative counter goes back from ${this.last} to ${value}`);
    if (value === this.last) {
      // Until it moves for the first time it is 0 without any point.
      if (this.#times.length > 0) this.#extendPlateau(t, value);
      return;
    }
    if (previousSampling > lastTime || this.#times.length === 0) {
      this.#extendPlateau(Math.min(previousSampling, t), this.last);
    }
    if (t === this.#times.at(-1)) this.#values[this.#values.length - 1] = value;
    else this.#push(t, value);
  }

  /** Nobody asks for moments before this one any more: of the points until then the last is kept. */
  forgetBefore(t: number): void {
    const first = this.#firstAfter(t) - 1;
    if (first <= 0) return;
    this.#times = this.#times.slice(first);
    this.#values = this.#values.slice(first);
  }

  /** The counter at a moment: 0 before the first point, the last value after the last. */
  at(t: number): number {
    const next = this.#firstAfter(t);
    if (next === 0) return 0;
    const t0 = this.#times[next - 1] ?? 0;
    const v0 = this.#values[next - 1] ?? 0;
    const t1 = this.#times[next];
    const v1 = this.#values[next];
    if (t1 === undefined || v1 === undefined) return v0;
    return v0 + ((v1 - v0) * (t - t0)) / (t1 - t0);
  }

  /** When it first stood at a value; before the first point or after the last for values never seen. */
  timeOf(value: number): number {
    let low = 0;
    let high = this.#values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#values[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    const t1 = this.#times[low];
    const v1 = this.#values[low];
    const t0 = this.#times[low - 1];
    const v0 = this.#values[low - 1];
    if (t1 === undefined || v1 === undefined) return t0 ?? 0;
    if (t0 === undefined || v0 === undefined || v1 === v0) return t1;
    return t0 + ((value - v0) * (t1 - t0)) / (v1 - v0);
  }

  /** The newest sample not after a moment, without a line to the next: what was surely counted before. */
  sampledBefore(t: number): number {
    return this.#values[this.#firstAfter(t) - 1] ?? 0;
  }

  /** The first sample after a moment that found it higher than before that moment. */
  nextRise(t: number): { readonly t: number; readonly value: number } | null {
    const before = this.sampledBefore(t);
    for (let next = this.#firstAfter(t); next < this.#times.length; next++) {
      const [time, value] = [this.#times[next], this.#values[next]];
      if (time !== undefined && value !== undefined && value > before) return { t: time, value };
    }
    return null;
  }

  /** How much it grew from one moment to another. */
  increase(from: number, to: number): number {
    return this.at(to) - this.at(from);
  }

  /** Its growth per second. */
  rate(from: number, to: number): number {
    return (this.increase(from, to) * 1e9) / (to - from);
  }

  #push(t: number, value: number): void {
    if (this.#times === NONE) [this.#times, this.#values] = [[], []];
    this.#times.push(t);
    this.#values.push(value);
  }

  #extendPlateau(t: number, value: number): void {
    const count = this.#times.length;
    if (count >= 2 && this.#values[count - 2] === value) this.#times[count - 1] = t;
    else if (count === 0 || t > (this.#times[count - 1] ?? 0)) this.#push(t, value);
  }

  #firstAfter(t: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] ?? 0) <= t) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
