/** What came of a run, and how it is told. */
import { summaryLines } from '../../reports/terminal/summary.ts';
import { DiagnosticError, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { MachineLoad } from '../measure/machine/machine-load.ts';
import type { Result } from '../measure/result.ts';
import { type Environment, wantsColour, widthOf } from './environment.ts';
import { EXIT, type ExitCode, exitCodeOfVerdict } from './exit-code.ts';
import type { SessionEnd } from './session.ts';

export interface Concluded {
  readonly result: Result;
  /** With names as people were asked to be shown them. */
  readonly shown: Result;
  readonly stepSeconds: ReadonlyMap<string, number>;
  readonly machine: MachineLoad;
  /** Its path; null: it could not be written. */
  readonly report: string | null;
}

export interface Outcome {
  /** null: nothing was seen. */
  readonly concluded: Concluded | null;
  readonly code: ExitCode;
  /** Why the machine could not. */
  readonly diagnostics: readonly Diagnostic[];
  /** What else is to be said of how it ended. */
  readonly remark: string | null;
}

/** The summary, and how it ended. @throws DiagnosticError of kind machine where the machine could not */
export function tellOutcome(environment: Environment, json: boolean, outcome: Outcome): ExitCode {
  const { concluded, code, diagnostics, remark } = outcome;
  if (concluded !== null) {
    const { result, shown, machine, report } = concluded;
    const progress = json ? environment.stderr : environment.stdout;
    const lines = summaryLines(shown, {
      colour: wantsColour(environment, progress),
      machine,
      width: widthOf(progress),
    });
    const rest = result.verdict === 'unjudged' ? [`${result.message ?? ''}; the others are met`] : [];
    progress.write([...lines, ...(report === null ? [] : [`report: ${report}`]), ...rest, ''].join('\n'));
  }
  if (diagnostics.length > 0) throw new DiagnosticError('machine', diagnostics);
  if (remark !== null) environment.stderr.write(`ipvlane: ${remark}\n`);
  return code;
}

/**
 * @param unwritten why the reports are not there
 * @param seen what the checks came to, and where the trace is; null: nothing was seen
 */
export function howItEnded(
  end: SessionEnd,
  unwritten: readonly Diagnostic[],
  seen: { readonly code: ExitCode; readonly trace: string } | null,
): Omit<Outcome, 'concluded'> {
  const machine = (diagnostics: readonly Diagnostic[]) => ({ code: EXIT.machine, diagnostics, remark: null });
  if (unwritten.length > 0) return machine([...reasonOf(end), ...unwritten]);
  switch (end.kind) {
    case 'interrupted': {
      const remark = seen === null ? 'interrupted before anything was seen, nothing is kept' : null;
      return { code: EXIT.interrupted, diagnostics: [], remark };
    }
    case 'timeout': {
      const help =
        seen === null
          ? 'run it again when the machine is less busy, or with a longer --stall-timeout'
          : `${seen.trace} holds what was seen until then`;
      return machine([{ code: 'E517', severity: 'error', message: `TIMEOUT: ${end.message}`, help }]);
    }
    case 'machine':
      return machine(reasonOf(end));
    case 'bug': {
      const remark = `this is a bug of ipvlane, please report it with what follows\n${end.message}`;
      return { code: EXIT.bug, diagnostics: [], remark };
    }
    case 'completed':
      return { code: seen?.code ?? exitCodeOfVerdict('error', false), diagnostics: [], remark: null };
  }
}

function reasonOf(end: SessionEnd): Diagnostic[] {
  if (end.kind !== 'machine') return [];
  const help = end.help === null ? {} : { help: end.help };
  return [{ code: 'E502', severity: 'error', message: end.message, ...help }];
}
