import type { Action } from './command.ts';
import { executeScenario } from './execute-scenario.ts';
import { scenarioUnits } from './filenames/scenario-units.ts';
import { runSettings } from './run-settings.ts';
import { runSeveral } from './run-several.ts';

export const run: Action = (environment, paths, options) => {
  const units = scenarioUnits(environment.given, paths);
  const settings = runSettings(options);
  return units.length > 1 ? runSeveral(environment, units, settings) : executeScenario(environment, paths, settings);
};
