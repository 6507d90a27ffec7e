import { join } from 'node:path';
import type { Action } from './command.ts';
import { packageFolder } from '../kernel/package-files.ts';
import { runOne } from './run.ts';
import { runSettings } from './run-settings.ts';

/** The seed scenario that ships with the package, told as a story. A machine too busy to measure it is no fault of the story. */
export const demo: Action = (environment, _paths, options) => {
  const settings = { ...runSettings(options), allowUnmeasured: true };
  return runOne(environment, [join(packageFolder(), 'scenarios', 'seed')], settings);
};
