/**
 * Ctrl-C as an AbortSignal. The first SIGINT or SIGTERM asks everything to end in order; a second one ends the process
 * at once, and the kernel with everything in it dies with the process (docs/adr/0005).
 */
export interface StopSignal extends Disposable {
  readonly signal: AbortSignal;
  /** As if Ctrl-C had been typed. */
  abort(): void;
}

/** Ended by Ctrl-C before there was anything to show: `main` says so, and ends with that exit code. */
export class Interrupted extends Error {
  /** @param more what follows the word */
  constructor(more = '') {
    super(`interrupted${more}`);
  }
}

/** What fails after Ctrl-C fails for that alone. @throws Interrupted then */
export async function unlessStopped<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) throw new Interrupted();
    throw error;
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function stopSignal(): StopSignal {
  const controller = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      forget();
      process.kill(process.pid, signal);
      return;
    }
    controller.abort();
  };
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    abort: () => onSignal('SIGINT'),
    [Symbol.dispose]: forget,
  };
}
