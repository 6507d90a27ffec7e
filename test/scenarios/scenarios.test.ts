/**
 * Scenarios that ship hold in User-mode Linux, by their own `expect`: those that only ask, and the seed. The others measure, which
 * takes minutes: test/long/measuring-scenarios.test.ts.
 */
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Matrix } from '../../sim/matrix/matrix.ts';
import { REPOSITORY } from '../cli/ipvlane.ts';
import { skipped } from '../report/skipped.ts';
import { holds, outFolder } from './holds.ts';
import { asking, measuring } from './shipped.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';

const out = outFolder();
const SEED = 'seed/scenario.yaml';

describe('the scenarios', () => {
  it('are found', () => expect(measuring).toContain(SEED));

  it.skipIf(reason)(`hold in virtual time: the seed${skipped(reason)}`, () => holds(SEED, out));

  // They share a boot.
  describe('that only ask', () => {
    let matrix: Matrix;
    beforeAll(async () => {
      const folders = asking.map((name) => join('scenarios', dirname(name)));
      const words = ['matrix', ...folders, '--kernels', 'uml', '--retries', '1', '--json', '--out', join(out, 'matrix')];
      const { stdout, stderr } = await execa('node', ['dist/ipvlane.js', ...words], { cwd: REPOSITORY, reject: false });
      expect(stdout, stderr).not.toBe('');
      matrix = JSON.parse(stdout) as Matrix;
    }, 600_000);

    it.each(asking)('%s holds', (name) => {
      const cell = matrix.cells.find(({ scenario }) => scenario === basename(dirname(name)));
      expect({ name, status: cell?.status, reason: cell?.reason }).toEqual({ name, status: 'pass', reason: null });
    });
  });
});
