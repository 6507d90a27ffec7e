/**
 * All truth tables against policies, programs and packets, in one lab a kernel, every step a live change: the scores that
 * docs/policy.md states. Printed, for CI's log is where people look.
 */
import { execa } from 'execa';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTruthTables, TRUTH_TABLES } from '../conformance/truth-table-file.ts';
import { cannotRun } from '../lab/run-in-uml.ts';
import { skipped } from '../report/skipped.ts';
import { notBuilt } from '../kernel/not-built.ts';

const root = join(import.meta.dirname, '../..');
const path = findTruthTables();
const noFile = path === null ? `${TRUTH_TABLES} is not there` : null;

const REAL = ['uml', 'uml:5.10'].map((kernel) => ({ kernel, clock: 'real', reason: noFile ?? cannotRun }));
const VIRTUAL = [
  { kernel: 'uml-virtual', clock: 'virtual', reason: noFile ?? notBuilt },
  ...['debian:5.10', 'debian:6.1', 'debian:6.1-rt', 'debian:6.12', 'debian:6.12-rt', 'debian:7.2'].map((kernel) => ({
    ...{ kernel, clock: 'virtual', reason: noFile },
  })),
];

type Place = Pick<(typeof REAL)[number], 'kernel' | 'clock'>;

describe('ipvlane conformance', () => {
  // No machine is too busy for virtual time, and on the real clock a question without an answer is asked again: two share the processors.
  for (const { reason, ...place } of [...REAL, ...VIRTUAL])
    it.skipIf(reason !== null)(claim(place.kernel, reason), { concurrent: true }, () => scoresAll(place));
});

function claim(kernel: string, reason: string | null): string {
  return `finds 109956 of 109956 cells off the diagonal right on ${kernel}, by all three answers${skipped(reason)}`;
}

async function scoresAll({ kernel, clock }: Place): Promise<void> {
  const args = ['dist/ipvlane.js', 'conformance', path ?? '', '--kernel', kernel, '--clock', clock];
  const { exitCode, stdout, stderr } = await execa('node', args, { cwd: root, reject: false, timeout: 1_100_000 });
  process.stdout.write(`${stdout}\n`);
  const [, all] = stdout.split('\n');
  expect(all, stderr).toMatch(/^all cells( +109956\/109956 100\.00 %){3}$/);
  expect(stdout).toMatch(/^230 cases, 256 steps in /m);
  expect(exitCode).toBe(0);
}
