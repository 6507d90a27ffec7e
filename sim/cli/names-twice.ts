import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Scenarios are told apart by their names, in tables and as folders: an error for each name that several have. */
export function namesTwice(names: readonly string[]): Diagnostic[] {
  const more = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return more.map((name) => ({
    code: 'E530',
    severity: 'error',
    message: `two scenarios are called \`${name}\``,
    help: 'give each its own metadata.name, or name it once',
  }));
}
