/** What other people met with traffic: each has its scenario, and on a stock kernel in QEMU those hold whose numbers have room for an emulated machine. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from '../cli/ipvlane.ts';
import { met } from '../scenarios/other-peoples-traffic.ts';
import { holds, outFolder } from '../scenarios/holds.ts';
import { asking, exact, measuring } from '../scenarios/shipped.ts';

const out = outFolder();

/**
 * The others' numbers are those of a processor without an end, or take minutes there: of calls-beside-floods a call waits 6 ms behind 1M where an
 * instruction takes a nanosecond, and 0.1 where it takes none.
 */
const ON_STOCK = ['downloads-beside-uploads', 'shared-wire', 'long-ways'].map(
  (name) => `bandwidth/exact/${name}/scenario.yaml`,
);

it.each(met)('$what: $heldBy is run', ({ heldBy }) => {
  if (heldBy.endsWith('.test.ts')) expect(existsSync(join(REPOSITORY, heldBy)), heldBy).toBe(true);
  else expect([...asking, ...exact, ...measuring]).toContain(heldBy);
});

it('each scenario that a stock kernel runs is of somebody', () => {
  expect(met.map(({ heldBy }) => heldBy)).toEqual(expect.arrayContaining(ON_STOCK));
});

describe('on debian:6.12 in virtual time', () => {
  it.concurrent.each(ON_STOCK)('%s holds', async (name) => {
    const { kernel } = await holds(name, out, 'debian:6.12');
    expect(kernel.release).toMatch(/^6\.12/);
  });
});
