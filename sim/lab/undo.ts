/** What has been made and must be unmade: in reverse order, and a failing undo does not stop the rest. */

interface Entry {
  readonly what: string;
  readonly undo: () => void | Promise<void>;
}

export class Undo implements AsyncDisposable {
  readonly #entries: Entry[] = [];
  readonly #onFailure: (what: string, error: unknown) => void;
  readonly #onUndone: () => void;

  /** `onFailure` hears of every undo that failed; none is thrown. */
  constructor(onFailure: (what: string, error: unknown) => void, onUndone: () => void = () => undefined) {
    this.#onFailure = onFailure;
    this.#onUndone = onUndone;
  }

  /** How much is left to undo. */
  get size(): number {
    return this.#entries.length;
  }

  /** `what` names it for people, should the undo fail. */
  defer(what: string, undo: () => void | Promise<void>): void {
    this.#entries.push({ what, undo });
  }

  /** Disposes of `resource` in its turn; returns it. */
  use<T extends Disposable>(what: string, resource: T): T {
    this.defer(what, () => resource[Symbol.dispose]());
    return resource;
  }

  /** What is undone in its turn, or before by itself, and then is nothing to this one any more: pods go by the thousand. */
  child(what: string): Undo {
    const child = new Undo(this.#onFailure, () => {
      const at = this.#entries.lastIndexOf(entry);
      if (at >= 0) this.#entries.splice(at, 1);
    });
    const entry: Entry = { what, undo: () => child[Symbol.asyncDispose]() };
    this.#entries.push(entry);
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      try {
        await entry.undo();
      } catch (error) {
        this.#onFailure(entry.what, error);
      }
    }
    this.#onUndone();
  }
}
