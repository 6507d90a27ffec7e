import type { Diagnostic } from '../diagnostics/diagnostic.ts';

interface Named {
  readonly name: string;
  /** Where it is written; null: nowhere. */
  readonly file: string | null;
}

/** Scenarios are told apart by their names, in tables and as folders: an error for each name that several have. */
export function namesTwice(scenarios: readonly Named[]): Diagnostic[] {
  const names = scenarios.map(({ name }) => name);
  const more = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return more.map((name) => {
    const files = new Set(scenarios.flatMap((one) => (one.name === name && one.file !== null ? [one.file] : [])));
    const where = files.size > 1 ? `: ${[...files].join(', ')}` : '';
    return {
      code: 'E530',
      severity: 'error',
      message: `two scenarios are called \`${name}\`${where}`,
      help: 'give each its own metadata.name, or name it once',
    };
  });
}
