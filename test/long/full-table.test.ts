/** The same limit on stock kernels (full-table-uml.test.ts has User-mode Linux): every release counts what it refuses. */
import { expect, test } from 'vitest';
import { catalogKernel } from '../../sim/kernel/catalog-kernel.ts';
import { catalogEntry } from '../../sim/kernel/packages/catalog.ts';
import { askAll, tally } from '../kernel/full-table.ts';

test.concurrent.each(['debian:5.10', 'debian:6.1', 'debian:6.12', 'debian:7.2'])(
  'a full table of neighbours is named on %s, and makes no verdict',
  async (name) => {
    const entry = catalogEntry(name);
    if (entry === null) throw new Error(`the catalog has no ${name}`);
    const result = await askAll(catalogKernel(entry), 4);
    const { unjudged = 0, ...others } = tally(result);
    expect(unjudged, JSON.stringify(result.diagnostics)).toBeGreaterThan(0);
    expect(others).not.toHaveProperty('fail');
    expect(result.diagnostics.map(({ code }) => code)).toContain('W501');
  },
);
