/** Diagnostics, and how they are thrown. Their shape is a schema, which only who hears of them from elsewhere loads. */
import type { Checked } from './checked.ts';
import type { diagnosticSchema, spanSchema } from './diagnostic-schema.ts';

export type Span = Checked<typeof spanSchema>;
export type Diagnostic = Checked<typeof diagnosticSchema>;
export type Severity = Diagnostic['severity'];

/**
 * Carries diagnostics through a throw, where a phase cannot go on.
 * `kind` chooses the exit code: `input` (manifests, traces, the command line) 2, `machine` 3.
 */
export class DiagnosticError extends Error {
  override readonly name = 'DiagnosticError';
  readonly kind: 'input' | 'machine';
  readonly diagnostics: readonly Diagnostic[];

  constructor(kind: 'input' | 'machine', diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => d.message).join('\n'));
    this.kind = kind;
    this.diagnostics = diagnostics;
  }
}
