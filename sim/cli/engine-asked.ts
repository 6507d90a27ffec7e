/** An engine that the command line names in place of the Scenario's: refused where it cannot do what that says. */
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { refusalsOf } from '../plan/with-engine.ts';

/** @throws DiagnosticError */
export function refuseEngine(plan: Plan, engine: EngineName): void {
  const diagnostics = refusalsOf(engine, plan).map(({ message, help }): Diagnostic => ({
    code: 'E422',
    severity: 'error',
    message,
    help,
  }));
  if (diagnostics.length > 0) throw new DiagnosticError('input', diagnostics);
}
