/** Scenarios whose claims are exact: they hold in virtual time, on whatever machine, and are not asked on the real clock. */
import { describe, expect, it } from 'vitest';
import { skipped } from '../report/skipped.ts';
import { holds, outFolder } from '../scenarios/holds.ts';
import { exact } from '../scenarios/shipped.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';

const out = outFolder();

it('they are found', () => expect(exact).toContain('bandwidth/exact/rates/scenario.yaml'));

describe.skipIf(reason)(`in virtual time${skipped(reason)}`, () => {
  // No machine is too busy for virtual time: two kernels share the processors.
  it.concurrent.each(exact)('%s holds', async (name) => {
    await holds(name, out);
  });
});
