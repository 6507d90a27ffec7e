/** Lets the flows of a step begin together: when each has connected, or failed to. */
export class StartGate {
  #awaited: number;
  readonly #onOpen: () => void;
  #open: () => void = () => undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  /** @param onOpen called once, before the first flow begins */
  constructor(flows: number, onOpen: () => void) {
    this.#awaited = flows;
    this.#onOpen = onOpen;
  }

  /** A flow is ready; resolves when all are that have not left. */
  pass(): Promise<void> {
    this.leave();
    return this.#opened;
  }

  /** A flow will not come. */
  leave(): void {
    this.#awaited -= 1;
    if (this.#awaited !== 0) return;
    this.#onOpen();
    this.#open();
  }
}
