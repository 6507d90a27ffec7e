/**
 * All truth tables against policies, programs and packets, in one lab, every step a live change: the score that docs/policy.md
 * states. Printed, for CI's log is where people look.
 */
import { execa } from 'execa';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTruthTables, TRUTH_TABLES } from '../conformance/truth-table-file.ts';
import { cannotRun } from '../lab/run-in-uml.ts';

const root = join(import.meta.dirname, '../..');
const path = findTruthTables();
const why = path === null ? `${TRUTH_TABLES} is not there` : cannotRun;

describe.skipIf(why)(`ipvlane conformance${why === null ? '' : ` (skipped: ${why})`}`, () => {
  it('finds 109956 of 109956 cells off the diagonal right, by all three answers', async () => {
    const args = ['dist/ipvlane.js', 'conformance', path ?? '', '--kernel', 'uml'];
    const { exitCode, stdout, stderr } = await execa('node', args, { cwd: root, reject: false, timeout: 1_100_000 });
    process.stdout.write(`${stdout}\n`);
    const [, all] = stdout.split('\n');
    expect(all, stderr).toMatch(/^all cells( +109956\/109956 100\.00 %){3}$/);
    expect(exitCode).toBe(0);
  });
});
