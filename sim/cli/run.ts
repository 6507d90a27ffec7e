import { renderResultJson } from '../../reports/json/result-json.ts';
import type { Action } from './command.ts';
import type { Environment } from './environment.ts';
import { executeScenario } from './execute-scenario.ts';
import type { ExitCode } from './exit-code.ts';
import { scenarioUnits } from './filenames/scenario-units.ts';
import { tellOutcome } from './outcome.ts';
import { runSettings, type RunSettings } from './run-settings.ts';
import { runSeveral } from './run-several.ts';

export const run: Action = (environment, paths, options) => {
  const units = scenarioUnits(environment.given, paths);
  const settings = runSettings(options);
  if (units.length > 1) return runSeveral(environment, units, settings);
  return runOne(environment, paths, settings);
};

export async function runOne(
  environment: Environment,
  paths: readonly string[],
  settings: RunSettings,
): Promise<ExitCode> {
  const outcome = await executeScenario(environment, paths, settings);
  if (settings.json && outcome.concluded !== null) environment.stdout.write(renderResultJson(outcome.concluded.result));
  return tellOutcome(environment, settings.json, outcome);
}
