/**
 * All truth tables against policies, programs and packets, in one lab a kernel, every step a live change: the scores that
 * docs/policy.md states. Printed, for CI's log is where people look.
 */
import { execa } from 'execa';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtUmlVirtual } from '../../sim/kernel/uml-virtual/built.ts';
import { findTruthTables, TRUTH_TABLES } from '../conformance/truth-table-file.ts';
import { cannotRun } from '../lab/run-in-uml.ts';
import { skipped } from '../report/skipped.ts';

const root = join(import.meta.dirname, '../..');
const path = findTruthTables();
const noFile = path === null ? `${TRUTH_TABLES} is not there` : null;
const notBuilt = builtUmlVirtual().release === null ? 'uml-virtual is not built: ipvlane kernels says how' : null;

describe.each([
  { kernel: 'uml', clock: 'real', reason: noFile ?? cannotRun },
  { kernel: 'uml-virtual', clock: 'virtual', reason: noFile ?? notBuilt },
])('ipvlane conformance', ({ kernel, clock, reason }) => {
  it.skipIf(reason !== null)(
    `finds 109956 of 109956 cells off the diagonal right on ${kernel}, by all three answers${skipped(reason)}`,
    async () => {
      const args = ['dist/ipvlane.js', 'conformance', path ?? '', '--kernel', kernel, '--clock', clock];
      const { exitCode, stdout, stderr } = await execa('node', args, { cwd: root, reject: false, timeout: 1_100_000 });
      process.stdout.write(`${stdout}\n`);
      const [, all] = stdout.split('\n');
      expect(all, stderr).toMatch(/^all cells( +109956\/109956 100\.00 %){3}$/);
      expect(stdout).toMatch(/^230 cases, 256 steps in /m);
      expect(exitCode).toBe(0);
    },
  );
});
