import { pullKernel } from '../kernel/packages/pull.ts';
import type { Action } from './command.ts';
import { catalogEntries } from './kernel-names.ts';
import { EXIT } from './exit-code.ts';
import { progressLine } from './progress-line.ts';

/** Brings kernels into the cache, one after the other; the first that cannot be had ends it, those before it are there. */
export const pullKernels: Action = async (environment, names, options) => {
  for (const entry of catalogEntries(names, 'pull')) {
    const progress = progressLine(environment.stderr);
    try {
      const began = environment.now().getTime();
      const { name, release, bytes, suite } = await pullKernel(entry, {
        onProgress: progress.show,
        again: options.again === true,
      });
      progress.end();
      const seconds = ((environment.now().getTime() - began) / 1000).toFixed(1);
      environment.stdout.write(`${name}: ${release} of ${suite}, ${Math.round(bytes / 1e6)} MB, ${seconds} s\n`);
    } finally {
      progress.end();
    }
  }
  return EXIT.ok;
};
