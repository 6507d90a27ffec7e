import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderText, type TextOptions } from '../diagnostics/render-text.ts';
import { hanging } from '../../reports/terminal/columns.ts';
import { type Environment, type Output, wantsColour } from './environment.ts';

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
  const sourceOf = (file: string) => sources.get(file);
  environment.stderr.write(renderText(diagnostics, { sourceOf, colour, ...within(environment.stderr), ...options }));
}

/** On a terminal that says how wide it is, words go over several lines; in a log each diagnostic's is one. */
function within({ isTTY, columns }: Output): Pick<TextOptions, 'broken'> {
  if (!isTTY || !(columns >= NARROWEST)) return {};
  return { broken: (text, indent, head) => hanging(text, columns, indent, head) };
}

/** On less, words would stand alone. */
const NARROWEST = 40;
