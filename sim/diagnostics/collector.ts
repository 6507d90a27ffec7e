/** Collects diagnostics in a phase; `sorted` is what the phase returns. */
import { bounded } from './bounded.ts';
import type { Code } from './codes.ts';
import type { Diagnostic, Span } from './diagnostic.ts';

export interface Details {
  readonly help?: string | undefined;
  readonly related?: Diagnostic['related'] | undefined;
  readonly folder?: string | undefined;
  /** It is a mistake only because none of these is there. */
  readonly absent?: readonly Absent[] | undefined;
}

/** An object that something refers to, or needs. */
export interface Absent {
  /** It may be of any of these kinds. */
  readonly kinds: readonly string[];
  /** `namespace/name`, or the name where the kind lives in no namespace; null: any of them. */
  readonly key: string | null;
}

export class Collector {
  readonly #diagnostics: Diagnostic[] = [];
  #errors = 0;
  readonly #isExcused: (absent: Absent) => boolean;

  /** `isExcused`: what is absent was written, but could not be read, which has been said; who needs it is not wrong. */
  constructor(isExcused: (absent: Absent) => boolean = () => false) {
    this.#isExcused = isExcused;
  }

  /** Codes that begin with W are warnings, all others errors. `span` undefined: it belongs to no file. */
  add(code: Code, span: Span | undefined, message: string, details: Details = {}): void {
    if (details.absent?.some((absent) => this.#isExcused(absent)) === true) return;
    const severity = code.startsWith('W') ? 'warning' : 'error';
    if (severity === 'error') this.#errors++;
    this.#diagnostics.push({
      code,
      severity,
      message: bounded(message),
      ...(span === undefined ? {} : { span }),
      ...(details.help === undefined ? {} : { help: bounded(details.help) }),
      ...(details.folder === undefined ? {} : { folder: details.folder }),
      ...(details.related === undefined
        ? {}
        : { related: details.related.map((one) => ({ ...one, message: bounded(one.message) })) }),
    });
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** How many errors were added so far, repetitions included. */
  get errorCount(): number {
    return this.#errors;
  }

  /** Whether a text, or part of one, could not be read at all (E1xx): nobody knows what was in it. */
  get hasUnreadText(): boolean {
    return this.#diagnostics.some((d) => d.severity === 'error' && d.code.startsWith('E1'));
  }

  /** How many were added so far, repetitions included. */
  get count(): number {
    return this.#diagnostics.length;
  }

  /** Takes back what was added after the first `count`, and gives it. */
  takeBack(count: number): Diagnostic[] {
    const taken = this.#diagnostics.splice(count);
    this.#errors -= taken.filter(isError).length;
    return taken;
  }

  /** What `takeBack` gave, as it was. */
  giveBack(diagnostics: readonly Diagnostic[]): void {
    // One by one: there may be more than a call takes arguments.
    for (const diagnostic of diagnostics) this.#diagnostics.push(diagnostic);
    this.#errors += diagnostics.filter(isError).length;
  }

  hasErrorIn(file: string): boolean {
    return this.#diagnostics.some((d) => d.severity === 'error' && d.span?.file === file);
  }

  /** By file and position, what has no place first, without repetitions. */
  sorted(): Diagnostic[] {
    return sortDiagnostics(this.#diagnostics);
  }
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Sorts by file, then position, then code; drops repetitions of the same mistake at the same place, of which the last stays. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  // Those that say the same lie side by side, in the order in which they came.
  return diagnostics.toSorted(order).filter((one, i, sorted) => {
    const next = sorted[i + 1];
    return next === undefined || order(one, next) !== 0;
  });
}

/** 0: the same mistake at the same place. */
function order(a: Diagnostic, b: Diagnostic): number {
  return (
    compare(a.span?.file ?? '', b.span?.file ?? '') ||
    (a.span?.offset ?? -1) - (b.span?.offset ?? -1) ||
    compare(a.code, b.code) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
