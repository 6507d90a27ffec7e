/**
 * A line: newline-delimited JSON over a pair of byte streams, the same at both ends and over any carrier
 * (pipe, console, serial line). A terminal that turns `\n` into `\r\n` on the way does no harm.
 */
import { StringDecoder } from 'node:string_decoder';
import type { Readable, Writable } from 'node:stream';

/** What one end of a line can do. `In` is what it hears, `Out` what it says. */
export interface Line<In, Out> {
  /**
   * Ends at the other side's end of file, or when the output breaks. Read it once.
   * @throws LineError where a line is no JSON, with what it said, or has no end within what one may have; or what `hear` throws.
   */
  readonly messages: AsyncIterable<In>;
  /** Queues a message; everything queued in one turn of the event loop goes out in one write. Never throws. */
  send(message: Out): void;
  /** True while the other side does not keep up: what can wait (samples, file pieces) should. */
  readonly congested: boolean;
  /** Resolves when everything sent so far was taken by the carrier, or the line broke. */
  flush(): Promise<void>;
  /** Flushes and ends the output. */
  close(): Promise<void>;
}

/** Something other than JSON came down the line. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

/** A plan of ten thousand pods has a tenth of it. */
const LONGEST = 1 << 28;

/** Above this many characters waiting, `congested` is true; a message still always gets in. */
const CONGESTED_CHARACTERS = 1 << 20;

/**
 * Joins two streams into a line. It owns both from now on.
 * @param hear makes a message of what came, which may be anything, or throws
 * @param longest characters of a message that is heard
 */
export function openLine<In, Out>(
  input: Readable,
  output: Writable,
  hear: (came: unknown) => In,
  longest = LONGEST,
): Line<In, Out> {
  const writer = new BatchingWriter(output, () => input.destroy());
  return {
    messages: parseMessages(input, hear, longest),
    send: (message) => {
      writer.write(`${JSON.stringify(message)}\n`);
    },
    get congested() {
      return writer.waiting > CONGESTED_CHARACTERS;
    },
    flush: () => writer.flush(),
    close: () => writer.close(),
  };
}

/** Cuts a byte stream into messages. Lines may come in any number of pieces; a last line without newline is dropped. */
async function* parseMessages<In>(
  input: Readable,
  hear: (came: unknown) => In,
  longest: number,
): AsyncGenerator<In, void, undefined> {
  const decoder = new StringDecoder('utf8');
  let pieces: string[] = [];
  let waiting = 0;
  try {
    for await (const chunk of input) {
      const text = typeof chunk === 'string' ? chunk : decoder.write(chunk as Buffer);
      let start = 0;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
        pieces.push(text.slice(start, end));
        const line = pieces.join('');
        pieces = [];
        waiting = 0;
        start = end + 1;
        if (line.trim() !== '') yield hear(parseLine(line));
      }
      if (start < text.length) pieces.push(text.slice(start));
      waiting += text.length - start;
      if (waiting > longest) throw new LineError(`a message of more than ${longest} characters`);
    }
  } catch (error) {
    if (!isEndOfCarrier(error)) throw error;
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new LineError(`not a message: ${JSON.stringify(line.slice(0, 200))}`);
  }
}

/** A hung-up terminal reads EIO, a destroyed stream closes early, a dead peer resets: all are ends, not faults. */
function isEndOfCarrier(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EIO' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET';
}

/** Gathers what is written in one turn; holds back while the stream asks to. */
class BatchingWriter {
  readonly #output: Writable;
  readonly #onBroken: () => void;
  #queue: string[] = [];
  #waiting = 0;
  /** Characters handed to the stream whose write has not called back. */
  #underway = 0;
  #scheduled = false;
  #held = false;
  #broken = false;
  #flushed: (() => void)[] = [];

  constructor(output: Writable, onBroken: () => void) {
    this.#output = output;
    this.#onBroken = onBroken;
    output.on('drain', () => {
      this.#held = false;
      this.#pump();
    });
    output.on('error', () => {
      this.#break();
    });
    output.on('close', () => {
      this.#break();
    });
  }

  get waiting(): number {
    return this.#waiting + this.#underway;
  }

  write(text: string): void {
    if (this.#broken) return;
    this.#queue.push(text);
    this.#waiting += text.length;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  async flush(): Promise<void> {
    this.#pump();
    if (this.#broken || this.waiting === 0) return;
    await new Promise<void>((resolve) => this.#flushed.push(resolve));
  }

  async close(): Promise<void> {
    await this.flush();
    if (this.#broken) return;
    await new Promise<void>((resolve) => {
      this.#flushed.push(resolve);
      this.#output.end(resolve);
    });
  }

  #pump(): void {
    if (this.#held || this.#broken || this.#queue.length === 0) return;
    const batch = this.#queue.join('');
    this.#queue = [];
    this.#waiting = 0;
    this.#underway += batch.length;
    this.#held = !this.#output.write(batch, () => {
      this.#underway -= batch.length;
      if (this.waiting === 0) this.#settle();
    });
  }

  #break(): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#queue = [];
    this.#waiting = 0;
    this.#settle();
    this.#onBroken();
  }

  #settle(): void {
    const flushed = this.#flushed;
    this.#flushed = [];
    for (const resolve of flushed) resolve();
  }
}

/** For who takes whatever comes, and looks at it later. */
export const asItCame = (came: unknown): unknown => came;
