/** Turns offsets into lines and columns, at the last moment. */
import type { Span } from './diagnostic.ts';

export class LineIndex {
  readonly file: string;
  readonly #text: string;
  /** null: nobody has asked yet, as of most files nobody does. */
  #starts: readonly number[] | null = null;

  constructor(file: string, text: string) {
    this.file = file;
    this.#text = text;
  }

  /** Span of the text from `start` (inclusive) to `end` (exclusive); offsets beyond the text mean its end. */
  span(start: number, end: number): Span {
    const offset = Math.min(Math.max(0, start), this.#text.length);
    const length = Math.max(0, Math.min(end, this.#text.length) - offset);
    const starts = (this.#starts ??= startsOfLines(this.#text));
    const line = lineOf(offset, starts);
    return { file: this.file, line, column: offset - (starts[line - 1] ?? 0) + 1, offset, length };
  }

  /** As `span`, without white space at the end (a block collection goes on to the next key). */
  trimmedSpan(start: number, end: number): Span {
    return this.span(start, start + this.#text.slice(start, end).trimEnd().length);
  }
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Number of the line, from 1, that holds `offset`: the last whose start is not beyond it. */
function lineOf(offset: number, starts: readonly number[]): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
