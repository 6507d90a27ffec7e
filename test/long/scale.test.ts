/** A thousand pods with limits and policies, 200 of them sending at once, in virtual time: on one master and on ten nodes. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../../sim/measure/result.ts';
import { skipped } from '../report/skipped.ts';
import { notBuilt as reason } from '../kernel/not-built.ts';

const root = new URL('../../', import.meta.url).pathname;
/** Under two minutes of wall time on a quiet machine, twelve beside six builds. */
const LONGEST_MS = 1_150_000;
const out = mkdtempSync(join(tmpdir(), 'ipvlane-scale-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

describe.skipIf(reason)(`a thousand pods${skipped(reason)}`, () => {
  it.each(['one-master', 'ten-nodes'])(
    '%s: every limit of 200 flows holds, and the report is readable',
    { timeout: LONGEST_MS + 10_000 },
    async (name) => {
      const folder = join(out, name);
      const { exitCode, stdout, stderr } = await execa(
        'node',
        ['dist/ipvlane.js', 'run', `scenarios/scale/${name}`, '--kernel', 'uml-virtual', '--json', '--out', folder],
        { cwd: root, reject: false, timeout: LONGEST_MS },
      );
      expect(stdout, stderr).not.toBe('');
      const result = JSON.parse(stdout) as Result;
      const unmet = result.checks.filter((check) => check.status !== 'pass');
      expect({ exitCode, unmet, pods: result.build.pods, flows: result.flows.length }, stderr).toEqual({
        exitCode: 0,
        unmet: [],
        pods: 1000,
        flows: 200,
      });
      expect(statSync(join(folder, 'report.html')).size).toBeLessThan(2e6);
    },
  );
});
