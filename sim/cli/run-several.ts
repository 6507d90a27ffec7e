/** Several Scenarios, one after the other: each with its own folder, all with one summary, one JUnit file, one JSON document. */
import { join } from 'node:path';
import { sortDiagnostics } from '../diagnostics/collector.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { chooseKernel } from '../kernel/choose.ts';
import type { Environment } from './environment.ts';
import { executeScenario } from './execute-scenario.ts';
import { EXIT, worst, type ExitCode } from './exit-code.ts';
import { loadPlan, sourcesOf } from './load-plan.ts';
import { namesTwice } from './names-twice.ts';
import { nothingToRun } from './nothing-to-run.ts';
import { tellOutcome, type Concluded } from './outcome.ts';
import { OutputFolder, outputPath } from './output/output-folder.ts';
import { presentSeveral, type OneOfSeveral } from './present-several.ts';
import { printDiagnostics } from './print-diagnostics.ts';
import type { RunSettings } from './run-settings.ts';

/**
 * @param units the paths of each run
 * @throws DiagnosticError when one of them is wrong: then none is run
 */
export async function runSeveral(
  environment: Environment,
  units: readonly (readonly string[])[],
  settings: RunSettings,
): Promise<ExitCode> {
  if (settings.hold) {
    const help = 'name the one to keep';
    throw new DiagnosticError('input', [
      {
        code: 'E523',
        severity: 'error',
        message: `--hold keeps one lab, and there are ${units.length} Scenarios`,
        help,
      },
    ]);
  }
  const names = namesOrThrow(environment, units);
  // Said once, before anything runs, and not once a Scenario.
  await chooseKernel(settings.kernel, settings.clock);
  const base = outputPath(environment.cwd, settings.out);
  using folder = await OutputFolder.create(base, ['junit.xml', 'summary.md']);
  const runs: OneOfSeveral[] = [];
  const codes: ExitCode[] = [];
  for (const [at, paths] of units.entries()) {
    const scenario = names[at] ?? '';
    environment.stderr.write(`${at + 1}/${units.length}  ${scenario}\n`);
    // Below a folder that was named; where none was, the run looks by itself that no link leads elsewhere.
    const out = settings.out === null ? null : join(base, scenario);
    const { code, message, concluded } = await oneRun(environment, paths, { ...settings, out });
    codes.push(code);
    runs.push({ scenario, ...(concluded ?? NOTHING), message });
    if (code === EXIT.interrupted) break;
  }
  presentSeveral(environment, folder.earlier, runs, { asked: units.length, json: settings.json });
  return worst(codes);
}

const NOTHING = { result: null, shown: null, stepSeconds: new Map() } as const;

/** One that the machine or the kernel ends does not end the others. */
async function oneRun(
  environment: Environment,
  paths: readonly string[],
  settings: RunSettings,
): Promise<{ readonly code: ExitCode; readonly message: string | null; readonly concluded: Concluded | null }> {
  let concluded: Concluded | null = null;
  try {
    const outcome = await executeScenario(environment, paths, settings);
    ({ concluded } = outcome);
    return { code: tellOutcome(environment, settings.json, outcome), message: null, concluded };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    printDiagnostics(environment, error.diagnostics, new Map());
    return { code: error.kind === 'machine' ? EXIT.machine : EXIT.input, message: error.message, concluded };
  }
}

/** Warnings come when each is run; errors of all of them now. */
function namesOrThrow(environment: Environment, units: readonly (readonly string[])[]): string[] {
  const loaded = units.map((paths) => loadPlan(environment, paths));
  const wrong = loaded.filter(({ plan }) => plan === null);
  if (wrong.length > 0) {
    const diagnostics = sortDiagnostics(wrong.flatMap((each) => each.diagnostics));
    printDiagnostics(environment, diagnostics, sourcesOf(wrong.flatMap(({ files }) => files)));
    throw new DiagnosticError('input', []);
  }
  const scenarios = loaded.flatMap(({ plan }) => (plan === null ? [] : [plan.scenario]));
  const refused = [
    ...namesTwice(scenarios),
    ...loaded.flatMap(({ plan }) => (plan === null ? [] : nothingToRun(plan))),
  ];
  if (refused.length > 0) throw new DiagnosticError('input', refused);
  return scenarios.map(({ name }) => name);
}
