import { sweepCache } from '../kernel/packages/abandoned.ts';
import type { Action } from './command.ts';
import { buildKernels } from './kernels-build.ts';
import { listKernels } from './kernels-list.ts';
import { pullKernels } from './kernels-pull.ts';
import { removeKernels } from './kernels-rm.ts';

/** The verbs of `ipvlane kernels`; the command table lists their names. */
const VERBS: Readonly<Record<string, Action>> = {
  list: listKernels,
  pull: pullKernels,
  rm: removeKernels,
  build: buildKernels,
};

export const kernels: Action = async (environment, [verb = '', ...names], options) => {
  const action = VERBS[verb];
  if (action === undefined) throw new Error(`the command table lets a verb pass that is none: ${verb}`);
  // What a killed pull or build left is no more, whatever is asked for.
  await sweepCache();
  return action(environment, names, options);
};
