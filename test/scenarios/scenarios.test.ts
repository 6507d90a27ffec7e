/**
 * Every scenario that ships holds in User-mode Linux, by its own `expect`: those that measure in virtual time, where no rate
 * depends on how busy the machine is, and within half a per cent whatever they ask.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import type { Matrix } from '../../sim/matrix/matrix.ts';
import type { Result } from '../../sim/measure/result.ts';
import { skipped } from '../report/skipped.ts';

const root = new URL('../../', import.meta.url).pathname;
const folder = join(root, 'scenarios');
const out = mkdtempSync(join(tmpdir(), 'ipvlane-scenarios-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const scenarios = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ya?ml$/.test(name) && !name.split('/').includes('as-documented'))
  // Those whose numbers only hold in virtual time: test/long/{exact-scenarios,pitfalls,scale}.test.ts.
  .filter((name) => !name.split('/').some((folder) => ['exact', 'pitfalls', 'one-master', 'ten-nodes'].includes(folder)))
  .filter((name) => /^kind: Scenario$/m.test(readFileSync(join(folder, name), 'utf8')))
  .sort();

const built = builtUmlVirtual().release !== null;
const reason = built ? null : 'uml-virtual is not built: ipvlane kernels says how';

describe('the scenarios', () => {
  it('are found', () => expect(scenarios).toContain('seed/scenario.yaml'));

  const { asked, measured } = byKind(scenarios);
  // No machine is too busy for virtual time: two kernels share the processors.
  describe.skipIf(reason)(`in virtual time${skipped(reason)}`, () => {
    it.concurrent.each(measured)('%s holds', async (name) => {
      const { checks } = await holds(name, 'uml-virtual');
      const errors = checks.filter((check) => check.name.startsWith('error_pct'));
      expect(errors.filter(({ error_pct }) => !(Math.abs(error_pct ?? NaN) <= 0.5))).toEqual([]);
    });
  });
  // Nothing of these is about time: they share a boot.
  describe('that only ask', () => {
    let matrix: Matrix;
    beforeAll(async () => {
      const folders = asked.map((name) => join('scenarios', dirname(name)));
      const words = ['matrix', ...folders, '--kernels', 'uml', '--retries', '1', '--json', '--out', join(out, 'matrix')];
      const { stdout, stderr } = await execa('node', ['dist/ipvlane.js', ...words], { cwd: root, reject: false });
      expect(stdout, stderr).not.toBe('');
      matrix = JSON.parse(stdout) as Matrix;
    }, 600_000);

    it.each(asked)('%s holds', (name) => {
      const cell = matrix.cells.find(({ scenario }) => scenario === basename(dirname(name)));
      expect({ name, status: cell?.status, reason: cell?.reason }).toEqual({ name, status: 'pass', reason: null });
    });
  });
});

/** Those that only ask, and those that measure rates or wait. */
function byKind(names: readonly string[]): { asked: string[]; measured: string[] } {
  const measures = (name: string) => /^\s*-?\s*(traffic|sleep):/m.test(readFileSync(join(folder, name), 'utf8'));
  return { asked: names.filter((name) => !measures(name)), measured: names.filter(measures) };
}

async function holds(name: string, kernel: string): Promise<Result> {
  const { exitCode, stdout, stderr } = await execa(
    'node',
    ['dist/ipvlane.js', 'run', relative(root, join(folder, name)), '--kernel', kernel, '--json', '--out', join(out, name)],
    { cwd: root, reject: false, timeout: 170_000 },
  );
  expect(stdout, stderr).not.toBe('');
  const result = JSON.parse(stdout) as Result;
  const unmet = result.checks.filter((check) => check.status !== 'pass');
  expect({ exitCode, verdict: result.verdict, unmet }, stderr).toEqual({ exitCode: 0, verdict: 'pass', unmet: [] });
  return result;
}
