import { removeKernel } from '../kernel/packages/pull.ts';
import type { Action } from './command.ts';
import { EXIT } from './exit-code.ts';
import { catalogEntries } from './kernel-names.ts';

export const removeKernels: Action = async (environment, names) => {
  for (const { name } of catalogEntries(names, 'rm')) {
    const removed = await removeKernel(name);
    environment.stdout.write(removed ? `${name}: removed\n` : `${name}: was not here\n`);
  }
  return EXIT.ok;
};
