/** Errors of the machine: what was attempted, what it said, what to do about it. */
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Code } from '../../diagnostics/codes.ts';

export interface MachineFault {
  readonly code: Code;
  /** Completes "cannot …": `boot user-mode Linux`. */
  readonly attempted: string;
  /** The kernel's or program's own words; may be several lines. */
  readonly said: string;
  /** Imperative. */
  readonly remedy: string;
}

export function machineDiagnostic(fault: MachineFault): Diagnostic {
  const said = fault.said.trim();
  return {
    code: fault.code,
    severity: 'error',
    message: `cannot ${fault.attempted}: ${said === '' ? 'it said nothing' : said}`,
    help: fault.remedy,
  };
}

export function machineError(fault: MachineFault): DiagnosticError {
  return new DiagnosticError('machine', [machineDiagnostic(fault)]);
}
