/** Scenarios that measure: they hold in virtual time, within half a per cent whatever they ask. */
import { describe, expect, it } from 'vitest';
import { skipped } from '../report/skipped.ts';
import { holds, outFolder } from '../scenarios/holds.ts';
import { measuring } from '../scenarios/shipped.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';

const out = outFolder();

it('they are found', () => expect(measuring).toContain('seed/scenario.yaml'));

describe.skipIf(reason)(`in virtual time${skipped(reason)}`, () => {
  it.concurrent.each(measuring)('%s holds', async (name) => {
    const { checks } = await holds(name, out);
    const errors = checks.filter((check) => check.name.startsWith('error_pct'));
    expect(errors.filter(({ error_pct }) => !(Math.abs(error_pct ?? NaN) <= 0.5))).toEqual([]);
  });
});
