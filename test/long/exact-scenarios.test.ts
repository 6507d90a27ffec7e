/** Scenarios whose claims are exact: they hold in virtual time, on whatever machine, and are not asked on the real clock. */
import { describe, expect, it } from 'vitest';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import { skipped } from '../report/skipped.ts';
import { exact, holds, outFolder } from '../scenarios/shipped.ts';

const out = outFolder();
const reason = builtUmlVirtual().release === null ? 'uml-virtual is not built: ipvlane kernels says how' : null;

it('they are found', () => expect(exact).toContain('bandwidth/exact/rates/scenario.yaml'));

describe.skipIf(reason)(`in virtual time${skipped(reason)}`, () => {
  // No machine is too busy for virtual time: two kernels share the processors.
  it.concurrent.each(exact)('%s holds', async (name) => {
    await holds(name, out);
  });
});
