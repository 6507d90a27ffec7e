/** Turns offsets into lines and columns, at the last moment. */
import type { Span } from './diagnostic.ts';

export class LineIndex {
  readonly file: string;
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** Span of the text from `start` (inclusive) to `end` (exclusive); offsets beyond the text mean its end. */
  span(start: number, end: number): Span {
    const offset = Math.min(Math.max(0, start), this.#text.length);
    const length = Math.max(0, Math.min(end, this.#text.length) - offset);
    const line = this.#lineOf(offset);
    return { file: this.file, line, column: offset - (this.#starts[line - 1] ?? 0) + 1, offset, length };
  }

  /** As `span`, without white space at the end (a block collection goes on to the next key). */
  trimmedSpan(start: number, end: number): Span {
    return this.span(start, start + this.#text.slice(start, end).trimEnd().length);
  }

  /** Number of the line, from 1, that holds `offset`: the last whose start is not beyond it. */
  #lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}
