import { join } from 'node:path';
import { renderResultJson } from '../../reports/json/result-json.ts';
import type { Action } from './command.ts';
import { executeScenario } from './execute-scenario.ts';
import { packageFolder } from '../kernel/package-files.ts';
import { runSettings } from './run-settings.ts';

/** The seed scenario that ships with the package, told as a story. A machine too busy to measure it is no fault of the story. */
export const demo: Action = (environment, _paths, options) => {
  const settings = { ...runSettings(options), allowUnmeasured: true };
  return executeScenario(environment, [join(packageFolder(), 'scenarios', 'seed')], settings, ({ result }) => {
    if (settings.json) environment.stdout.write(renderResultJson(result));
  });
};
