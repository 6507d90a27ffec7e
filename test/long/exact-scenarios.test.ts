/** Scenarios whose claims are exact: they hold in virtual time, on whatever machine, and are not asked on the real clock. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import type { Result } from '../../sim/measure/result.ts';
import { skipped } from '../report/skipped.ts';

const root = new URL('../../', import.meta.url).pathname;
const folder = 'scenarios/bandwidth/exact';
/** A minute on a quiet machine; beside six builds fast-rates took longer than five. */
const LONGEST_MS = 1_150_000;
const out = mkdtempSync(join(tmpdir(), 'ipvlane-exact-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));
const reason = builtUmlVirtual().release === null ? 'uml-virtual is not built: ipvlane kernels says how' : null;

describe.skipIf(reason)(`in virtual time${skipped(reason)}`, () => {
  it.each(readdirSync(join(root, folder)).sort())('%s holds', async (name) => {
    const { exitCode, stdout, stderr } = await execa(
      'node',
      ['dist/ipvlane.js', 'run', join(folder, name), '--kernel', 'uml-virtual', '--json', '--out', join(out, name)],
      { cwd: root, reject: false, timeout: LONGEST_MS },
    );
    expect(stdout, stderr).not.toBe('');
    const result = JSON.parse(stdout) as Result;
    const unmet = result.checks.filter((check) => check.status !== 'pass');
    expect({ exitCode, verdict: result.verdict, unmet }, stderr).toEqual({ exitCode: 0, verdict: 'pass', unmet: [] });
  });
});
