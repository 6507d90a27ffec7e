/** The machine cannot do what the lab needs: something to install, load or allow, not a fault of the manifests or ours. */
export class MachineError extends Error {
  override readonly name = 'MachineError';
  /** Imperative: the line that puts it right. */
  readonly help: string;

  constructor(message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.help = help;
  }
}
