/** `reach` of plain manifests, asked of a kernel in virtual time: all it will be asked is told it before it boots. */
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { skipped } from '../report/skipped.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';

interface Cell {
  readonly from: string;
  readonly to: string;
  readonly port: number | null;
  readonly oracle: string;
  readonly verdict: string;
  readonly wire: string;
}

const root = new URL('../../', import.meta.url).pathname;
const reach = (...more: readonly string[]) =>
  execa('node', ['dist/ipvlane.js', 'reach', 'scenarios/policy/shop', ...more], { cwd: root, reject: false });

describe.skipIf(reason !== null)(`reach in virtual time${skipped(reason)}`, () => {
  it('has three answers for every pair, and they agree', async () => {
    const { stdout, stderr, exitCode } = await reach('--kernel', 'uml-virtual', '--json');
    const cells = JSON.parse(stdout) as Cell[];
    expect(cells.length, stderr).toBeGreaterThan(20);
    for (const cell of cells) expect(cell).toMatchObject({ verdict: cell.oracle, wire: cell.oracle });
    expect(new Set(cells.map(({ wire }) => wire))).toEqual(new Set(['allowed', 'denied']));
    expect(stderr).toMatch(/wire: \d+ probes in [\d.]+ s of virtual time/);
    expect(exitCode).toBe(0);
  });

  it('refuses a clock that the kernel does not have', async () => {
    const { stderr, exitCode } = await reach('--kernel', 'uml', '--clock', 'virtual');
    expect(stderr).toMatch(/error\[E516\]: the kernel `uml` has no virtual clock\n.*debian:6\.12/);
    expect(exitCode).toBe(3);
  });
});
