import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { buildUmlVirtual } from '../kernel/uml-virtual/build.ts';
import { UML_VIRTUAL } from '../kernel/uml-virtual/built.ts';
import type { Action } from './command.ts';
import { EXIT } from './exit-code.ts';
import { progressLine } from './progress-line.ts';
import { Interrupted, stopSignal } from './stop-signal.ts';

/** Builds the one kernel that no archive has. Ctrl-C ends it and leaves nothing of it. */
export const buildKernels: Action = async (environment, names, options) => {
  const others = names.filter((name) => name !== UML_VIRTUAL);
  if (names.length === 0 || others.length > 0)
    throw new DiagnosticError('input', [
      {
        code: 'E514',
        severity: 'error',
        message: names.length === 0 ? 'which kernel?' : `\`${others.join(' ')}\` is not built here`,
        help: `ipvlane kernels build ${UML_VIRTUAL}; all others are pulled`,
      },
    ]);
  const progress = progressLine(environment.stderr);
  using stop = stopSignal();
  try {
    const began = environment.now().getTime();
    const release = await buildUmlVirtual({
      onProgress: progress.show,
      again: options.again === true,
      signal: stop.signal,
    });
    progress.end();
    const seconds = ((environment.now().getTime() - began) / 1000).toFixed(1);
    environment.stdout.write(`${UML_VIRTUAL}: ${release}, ${seconds} s\n`);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new Interrupted(`, nothing of ${UML_VIRTUAL} is kept; the next build starts anew`);
  } finally {
    progress.end();
  }
  return EXIT.ok;
};
