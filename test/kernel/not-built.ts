import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';

/** Why no test runs in virtual time on User-mode Linux here; null: they do. */
export const notBuilt =
  builtUmlVirtual().release === null ? 'uml-virtual is not built: ipvlane kernels says how' : null;
