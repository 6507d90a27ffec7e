import type { Action } from './command.ts';
import { executeScenario } from './execute-scenario.ts';
import { runSettings } from './run-settings.ts';

export const run: Action = (environment, paths, options) => executeScenario(environment, paths, runSettings(options));
