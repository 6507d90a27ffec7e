/** Diagnostics as JSON, for editors and CI. */
import { codes } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';

/** An array, one object a diagnostic, fields as in `Diagnostic` plus the `title` of its code; ends in a newline. */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  return `${JSON.stringify(
    diagnostics.map((d) => ({ ...d, title: (codes as Readonly<Record<string, string>>)[d.code] ?? null })),
    null,
    2,
  )}\n`;
}
