/** Lets the flows of a step begin together: when each has connected, or failed to. */
export class StartGate {
  #awaited: number;
  #open: () => void = () => undefined;
  readonly #opened = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  constructor(flows: number) {
    this.#awaited = flows;
  }

  /** A flow is ready; resolves when all are that have not left. */
  pass(): Promise<void> {
    this.leave();
    return this.#opened;
  }

  /** A flow will not come. */
  leave(): void {
    this.#awaited -= 1;
    if (this.#awaited === 0) this.#open();
  }
}
