/**
 * Scenarios that ship hold in User-mode Linux, by their own `expect`: those that only ask, and the seed. The others measure, which
 * takes minutes: test/long/measuring-scenarios.test.ts.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
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

  it.skipIf(reason)(`hold in virtual time: the seed${skipped(reason)}`, async () => {
    const result = await holds(SEED, out);
    const lines = readFileSync(join(out, SEED, 'trace.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(refusedBy('result', [result])).toEqual([]);
    expect(
      refusedBy(
        'trace',
        lines.map((line) => JSON.parse(line) as unknown),
      ),
    ).toEqual([]);
  });

  // They share a boot.
  describe('that only ask', () => {
    let matrix: Matrix;
    beforeAll(async () => {
      const folders = asking.map((name) => join('scenarios', dirname(name)));
      const words = [
        'matrix',
        ...folders,
        '--kernels',
        'uml',
        '--retries',
        '1',
        '--json',
        '--out',
        join(out, 'matrix'),
      ];
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

/** What of these a shipped JSON Schema does not take, each with its first reason. */
function refusedBy(name: string, values: readonly unknown[]): readonly string[] {
  const ajv = new Ajv2020.default({ strict: false });
  const text = readFileSync(join(REPOSITORY, 'dist', `${name}.schema.json`), 'utf8');
  const accepts = ajv.compile(JSON.parse(text) as object);
  return values.flatMap((value) =>
    accepts(value) ? [] : [`${ajv.errorsText(accepts.errors)}: ${JSON.stringify(value).slice(0, 200)}`],
  );
}
