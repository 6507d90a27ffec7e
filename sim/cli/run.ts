import type { Action } from './command.ts';
import { executeScenario, runSettings } from './execute-scenario.ts';

export const run: Action = (environment, paths, options) => executeScenario(environment, paths, runSettings(options));
