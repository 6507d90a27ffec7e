/** The end of a console's output, kept in memory: what a person wants to read when a kernel died. */

const ESCAPES = new RegExp(String.raw`\u001b\[[0-9;?]*[A-Za-z]|\r`, 'g');

export class ConsoleTail {
  readonly #limit: number;
  #text = '';

  /** Keeps at most `limit` characters, cut at a line's beginning. */
  constructor(limit = 256 * 1024) {
    this.#limit = limit;
  }

  add(text: string): void {
    this.#text += text.replace(ESCAPES, '');
    if (this.#text.length <= this.#limit) return;
    const cut = this.#text.indexOf('\n', this.#text.length - this.#limit - 1);
    this.#text = cut === -1 ? this.#text.slice(-this.#limit) : this.#text.slice(cut + 1);
  }

  get text(): string {
    return this.#text;
  }

  /** The last lines, without what a stack trace of a panicking kernel adds to the sentence that matters. */
  lastLines(count: number): string {
    const lines = this.#text.split('\n').filter((line) => line.trim() !== '' && !STACK.test(line));
    return lines.slice(-count).join('\n');
  }

  /** The kernel's own word for its end, when it had one: `Kernel panic - not syncing: …`. */
  get panic(): string | null {
    return /Kernel panic[^\n]*/.exec(this.#text)?.[0] ?? null;
  }
}

const STACK = /^\s*(\[<[0-9a-f]+>\]|[0-9a-f]{8}( [0-9a-f]{8})*\s*$|Stack:|Call Trace:|CPU: |Modules linked in)/;
