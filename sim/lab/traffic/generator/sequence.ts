/** Numbered datagrams as they arrive: how many, how many out of order, how many again. */
export class SequenceCount {
  #seen = new Uint8Array(1024);
  #next = 0;
  /** Each number once. */
  distinct = 0;
  /** Came after a later one (RFC 4737, 3.3). */
  reordered = 0;
  duplicates = 0;

  /** @returns whether it is the first of this number */
  add(sequence: number): boolean {
    const at = Math.floor(sequence / 8);
    if (at >= this.#seen.length) this.#grow(at);
    const bit = 1 << (sequence % 8);
    const byte = this.#seen[at] ?? 0;
    if ((byte & bit) !== 0) {
      this.duplicates += 1;
      return false;
    }
    this.#seen[at] = byte | bit;
    this.distinct += 1;
    if (sequence < this.#next) this.reordered += 1;
    else this.#next = sequence + 1;
    return true;
  }

  /** Numbers below the highest seen that have not come (yet). */
  get missing(): number {
    return this.#next - this.distinct;
  }

  #grow(at: number): void {
    const grown = new Uint8Array(Math.max(2 * this.#seen.length, at + 1));
    grown.set(this.#seen);
    this.#seen = grown;
  }
}
