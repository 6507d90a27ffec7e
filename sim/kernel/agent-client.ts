/** The one reader of what a kernel's agent says: a lab at a time, each to its end. */
import type { AgentCommand, AgentMessage } from '../lab/protocol.ts';
import type { RunningKernel } from './kernel.ts';

/** Is told of every message before anybody else is, and stops watching when it is disposed of. */
export interface Watch extends Disposable {
  heard(message: AgentMessage): void;
}

/** Messages of a kernel may be read once: whoever runs several labs in it has one client for all of them. */
export class AgentClient {
  readonly kernel: RunningKernel;
  readonly #messages: AsyncIterator<AgentMessage>;
  #between = true;
  #ended = false;

  constructor(kernel: RunningKernel) {
    this.kernel = kernel;
    this.#messages = kernel.messages[Symbol.asyncIterator]();
  }

  /** Another lab can be started: none was yet, or the last one said it was undone, and the kernel lives. */
  get open(): boolean {
    return !this.#ended && this.#between;
  }

  /** The kernel has said its last. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @throws Error under a virtual clock */
  send(command: AgentCommand): void {
    this.kernel.send(command);
  }

  /** Ends the kernel and all in it. */
  async end(): Promise<void> {
    await this.kernel[Symbol.asyncDispose]();
  }

  /**
   * Reads until the lab is undone, or the kernel has said its last.
   * @param hear what it throws ends the reading, and is thrown here
   */
  async readLab(hear: (message: AgentMessage) => void, watch: Watch | null = null): Promise<void> {
    this.#between = false;
    for (;;) {
      const next = await this.#messages.next();
      if (next.done === true) {
        this.#ended = true;
        return;
      }
      watch?.heard(next.value);
      if (next.value.type === 'finished') {
        this.#between = true;
        return;
      }
      hear(next.value);
    }
  }

  /**
   * Why a kernel is gone that should not be, once it is, in words.
   * @param when completes "the kernel ended": ` in the middle of the run`
   */
  async whyGone(when = ''): Promise<{ readonly message: string; readonly help: string | null }> {
    const { diagnostic, console } = await this.kernel.ended;
    const tail = console === '' ? '' : `; its console ended with:\n${console}`;
    return { message: diagnostic?.message ?? `the kernel ended${when}${tail}`, help: diagnostic?.help ?? null };
  }
}

/** Calls back once when nothing at all was heard for `ms` of the wall's time. */
export class Silence implements Watch {
  readonly #ms: number;
  readonly #onSilence: () => void;
  #timer: NodeJS.Timeout;

  constructor(ms: number, onSilence: () => void) {
    this.#ms = ms;
    this.#onSilence = onSilence;
    this.#timer = setTimeout(onSilence, ms);
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onSilence, this.#ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
