import { removeKernel } from '../kernel/packages/pull.ts';
import { UML_VIRTUAL } from '../kernel/uml-virtual/built.ts';
import type { Action } from './command.ts';
import { EXIT } from './exit-code.ts';
import { catalogEntries } from './kernel-names.ts';

export const removeKernels: Action = async (environment, names) => {
  // The one that was built lies with those that were pulled.
  const pulled = names.filter((name) => name !== UML_VIRTUAL);
  const entries = pulled.length < names.length && pulled.length === 0 ? [] : catalogEntries(pulled, 'rm');
  for (const name of [...entries.map((entry) => entry.name), ...names.filter((name) => name === UML_VIRTUAL)]) {
    const removed = await removeKernel(name);
    environment.stdout.write(removed ? `${name}: removed\n` : `${name}: was not here\n`);
  }
  return EXIT.ok;
};
