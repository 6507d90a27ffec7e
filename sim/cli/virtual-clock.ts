/** What a run under a virtual clock cannot do: everything that tells the lab something after its boot. */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Clock } from '../trace/record.ts';
import type { RunSettings } from './run-settings.ts';

/** @throws DiagnosticError of kind `manifest`: the command line asks for what cannot be. */
export function refuseWhatNeedsAnEar(clock: Clock, settings: Pick<RunSettings, 'hold'>): void {
  if (clock !== 'virtual' || !settings.hold) return;
  throw new DiagnosticError('manifest', [
    {
      code: 'E518',
      severity: 'error',
      message: '--hold keeps a lab for people, whose time is real: a guest under a virtual clock hears nothing',
      help: 'leave --hold out, or use --clock real',
    },
  ]);
}
