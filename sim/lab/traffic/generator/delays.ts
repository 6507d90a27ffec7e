/** How much the delays of a stream differ from one packet to the next (RFC 3550, 6.4.1, over all of them instead of the last few). */
export class Jitter {
  #last: number | null = null;
  #sum = 0;
  #count = 0;

  add(ns: number): void {
    if (this.#last !== null) {
      this.#sum += Math.abs(ns - this.#last);
      this.#count += 1;
    }
    this.#last = ns;
  }

  /** Of all streams; null: none had two packets. */
  static meanOf(streams: readonly Jitter[]): number | null {
    const count = streams.reduce((sum, stream) => sum + stream.#count, 0);
    return count === 0 ? null : Math.round(streams.reduce((sum, stream) => sum + stream.#sum, 0) / count);
  }
}

/** Delays of many packets, summed up when the last has come. */
export class Delays {
  #values = new Float64Array(1024);
  #count = 0;

  add(ns: number): void {
    if (this.#count === this.#values.length) {
      const grown = new Float64Array(2 * this.#values.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count++] = ns;
  }

  /** Nearest ranks; null when there were none. */
  summary(): { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number } | null {
    if (this.#count === 0) return null;
    const sorted = this.#values.subarray(0, this.#count).sort();
    const rank = (percent: number): number => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
    return { p50: rank(50), p95: rank(95), p99: rank(99), max: rank(100) };
  }
}
