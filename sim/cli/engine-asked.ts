/** An engine that the command line names in place of the Scenario's: refused where it cannot do what that says. */
import type { EngineName } from '../../dataplane/bandwidth/engine.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { engineThatCannotCharge } from '../plan/charged-frames.ts';
import { engineAtLongLink } from '../plan/long-links.ts';
import { chargeOf, type Plan } from '../plan/plan.ts';

/** @throws DiagnosticError */
export function refuseEngine(plan: Plan, engine: EngineName): void {
  const unable = engineThatCannotCharge(engine, chargeOf(plan)) ?? engineAtLongLink(engine, plan);
  if (unable !== null) throw new DiagnosticError('manifest', [{ code: 'E422', severity: 'error', ...unable }]);
}
