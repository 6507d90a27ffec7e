/**
 * A diagnostic as data: what is wrong, where, and what to do about it.
 *
 * Phases collect diagnostics and return them; only `sim/cli` prints them or chooses an exit code.
 */

export type Severity = 'error' | 'warning';

/** A stretch of a text file. Lines and columns count from 1; `offset` and `length` are UTF-16 units into the text. */
export interface Span {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
}

export interface Diagnostic {
  /** Stable code such as `E104`; one code per kind of mistake, listed in `sim/diagnostics/codes.ts`. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence, lower case, no full stop: what is wrong. */
  readonly message: string;
  /** Where it was said; absent for what belongs to no file (the machine, the command line). */
  readonly span?: Span;
  /** Imperative: how to put it right. */
  readonly help?: string;
  /** The folder that it is about, where it belongs to no file. */
  readonly folder?: string;
  /** Other places that belong to the story ("first defined here"). */
  readonly related?: readonly { readonly span: Span; readonly message: string }[];
}

/**
 * Carries diagnostics through a throw, where a phase cannot go on.
 * `kind` chooses the exit code: `manifest` (or the command line) 2, `machine` 3.
 */
export class DiagnosticError extends Error {
  override readonly name = 'DiagnosticError';
  readonly kind: 'manifest' | 'machine';
  readonly diagnostics: readonly Diagnostic[];

  constructor(kind: 'manifest' | 'machine', diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => d.message).join('\n'));
    this.kind = kind;
    this.diagnostics = diagnostics;
  }
}
