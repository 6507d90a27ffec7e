import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderText } from '../diagnostics/render-text.ts';
import { type Environment, wantsColour } from './environment.ts';

/**
 * Writes diagnostics to standard error, with the source lines they point at.
 * @param sources text of the files, by the name the spans use
 */
export function printDiagnostics(
  environment: Environment,
  diagnostics: readonly Diagnostic[],
  sources: ReadonlyMap<string, string>,
  options: { readonly all?: boolean } = {},
): void {
  if (diagnostics.length === 0) return;
  const colour = wantsColour(environment, environment.stderr);
  environment.stderr.write(renderText(diagnostics, { sourceOf: (file) => sources.get(file), colour, ...options }));
}
