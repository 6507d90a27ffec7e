/** What a run under a virtual clock cannot do: everything that tells the lab something after its boot. */
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Clock } from '../trace/record.ts';
import type { RunSettings } from './run-settings.ts';

/** @throws DiagnosticError of kind `input`: a seed where no run repeats. */
export function refuseSeed(clock: Clock, { seed }: Pick<RunSettings, 'seed'>): void {
  if (clock === 'virtual' || seed === null) return;
  throw new DiagnosticError('input', [
    {
      code: 'E524',
      severity: 'error',
      message: '--seed is of a virtual clock: no two runs on the real one are the same',
      help: 'leave --seed out, or use --clock virtual',
    },
  ]);
}

/** @throws DiagnosticError of kind `input`: the command line asks for what cannot be. */
export function refuseWhatNeedsAnEar(clock: Clock, settings: Pick<RunSettings, 'hold'>): void {
  if (clock !== 'virtual' || !settings.hold) return;
  throw new DiagnosticError('input', [
    {
      code: 'E518',
      severity: 'error',
      message: '--hold keeps a lab for people, whose time is real: a guest under a virtual clock hears nothing',
      help: 'leave --hold out, or use --clock real',
    },
  ]);
}
