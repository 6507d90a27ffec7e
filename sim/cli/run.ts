import { renderResultJson } from '../../reports/json/result-json.ts';
import type { Action } from './command.ts';
import { executeScenario } from './execute-scenario.ts';
import { scenarioUnits } from './filenames/scenario-units.ts';
import { runSettings } from './run-settings.ts';
import { runSeveral } from './run-several.ts';

export const run: Action = (environment, paths, options) => {
  const units = scenarioUnits(environment.given, paths);
  const settings = runSettings(options);
  if (units.length > 1) return runSeveral(environment, units, settings);
  return executeScenario(environment, paths, settings, ({ result }) => {
    if (settings.json) environment.stdout.write(renderResultJson(result));
  });
};
