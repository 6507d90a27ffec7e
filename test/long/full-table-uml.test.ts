import { describe, expect, it } from 'vitest';
import { umlKernel, umlVirtualKernel } from '../../sim/kernel/uml/uml.ts';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import { skipped } from '../report/skipped.ts';
import { askAll, tally } from '../kernel/full-table.ts';
import { notBuilt as unbuilt } from '../kernel/not-built.ts';

const KERNELS = [
  { name: 'uml', kernel: umlKernel(), reason: null },
  { name: 'uml-virtual', kernel: umlVirtualKernel(builtUmlVirtual), reason: unbuilt },
];

describe.each(KERNELS)('a full table of neighbours in $name', ({ kernel, reason }) => {
  it.skipIf(reason)(`makes no verdict, and is named with its remedy${skipped(reason)}`, async () => {
    const result = await askAll(kernel, 4);
    const { unjudged = 0, ...others } = tally(result);
    expect(unjudged).toBeGreaterThan(0);
    expect(others).not.toHaveProperty('fail');
    expect(result.verdict).toBe('unjudged');
    expect(result.checks.filter(({ status, measured }) => status === 'unjudged' && measured === 'allowed')).toEqual([]);
    const families = result.diagnostics.map(({ message }) => /table of (IPv[46]) neighbours/.exec(message)?.[1]);
    expect(new Set(families)).toEqual(new Set(['IPv4', 'IPv6']));
    for (const { code, message, help } of result.diagnostics) {
      expect(code).toBe('W501');
      expect(message).toMatch(/was full with 4 entries: it refused \d+ more, .*; this lab may need \d+/);
      expect(help).toMatch(/the lab set that size itself/);
    }
  });

  it.skipIf(reason)(`is never met where the room is reckoned${skipped(reason)}`, async () => {
    const result = await askAll(kernel, null);
    expect({ verdict: result.verdict, diagnostics: result.diagnostics }).toEqual({ verdict: 'pass', diagnostics: [] });
  });
});
