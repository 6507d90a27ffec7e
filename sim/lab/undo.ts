/** What has been made and must be unmade: in reverse order, and a failing undo does not stop the rest. */

export class Undo implements AsyncDisposable {
  readonly #entries: { readonly what: string; readonly undo: () => void | Promise<void> }[] = [];
  readonly #onFailure: (what: string, error: unknown) => void;

  /** `onFailure` hears of every undo that failed; none is thrown. */
  constructor(onFailure: (what: string, error: unknown) => void) {
    this.#onFailure = onFailure;
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

  /** What is undone in its turn, or before by itself. */
  child(what: string): Undo {
    const child = new Undo(this.#onFailure);
    this.defer(what, () => child[Symbol.asyncDispose]());
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
  }
}
