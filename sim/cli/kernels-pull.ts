import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { pullKernel } from '../kernel/packages/pull.ts';
import type { Action } from './command.ts';
import { catalogEntries } from './kernel-names.ts';
import { EXIT } from './exit-code.ts';
import { progressLine } from './progress-line.ts';
import { Interrupted, stopSignal } from './stop-signal.ts';

/**
 * Brings kernels into the cache, one after the other; the first that cannot be had ends it, those before it are there.
 * Ctrl-C ends the download and leaves nothing of it.
 */
export const pullKernels: Action = async (environment, names, options) => {
  const entries = catalogEntries(names, 'pull');
  using stop = stopSignal();
  for (const entry of entries) {
    const progress = progressLine(environment.stderr);
    try {
      const began = environment.now().getTime();
      const { name, release, bytes, suite } = await pullKernel(entry, {
        onProgress: progress.show,
        again: options.again === true,
        signal: stop.signal,
      });
      progress.end();
      const seconds = ((environment.now().getTime() - began) / 1000).toFixed(1);
      environment.stdout.write(`${name}: ${release} of ${suite}, ${Math.round(bytes / 1e6)} MB, ${seconds} s\n`);
    } catch (error) {
      if (stop.signal.aborted && error instanceof DiagnosticError)
        throw new Interrupted(`, nothing of ${entry.name} is kept`);
      throw error;
    } finally {
      progress.end();
    }
    if (stop.signal.aborted) throw new Interrupted();
  }
  return EXIT.ok;
};
