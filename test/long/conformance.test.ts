/**
 * All truth tables against policies, programs and packets, in one lab a kernel, every step a live change: the scores that
 * docs/policy.md states. Printed, for CI's log is where people look. User-mode Linux gets them whole; the emulated kernels share
 * them, each case on one of them. `ipvlane conformance FILE --kernel NAME` asks one of those whole.
 */
import { execa } from 'execa';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTruthTables, readTruthTables, TRUTH_TABLES } from '../conformance/truth-table-file.ts';
import { cannotRun } from '../lab/run-in-uml.ts';
import { skipped } from '../report/skipped.ts';
import { notBuilt } from '../kernel/not-built.ts';

const root = join(import.meta.dirname, '../..');
const path = findTruthTables();
const noFile = path === null ? `${TRUTH_TABLES} is not there` : null;

const REAL = ['uml', 'uml:5.10'].map((kernel) => ({ kernel, clock: 'real', reason: noFile ?? cannotRun }));
const VIRTUAL = [{ kernel: 'uml-virtual', clock: 'virtual', reason: noFile ?? notBuilt }];
const EMULATED = ['debian:5.10', 'debian:6.1', 'debian:6.1-rt', 'debian:6.12', 'debian:6.12-rt', 'debian:7.2'];
const cases = path === null ? [] : readTruthTables(path);

type Place = Pick<(typeof REAL)[number], 'kernel' | 'clock'>;

describe('ipvlane conformance', () => {
  // No machine is too busy for virtual time, and on the real clock a question without an answer is asked again: two share the processors.
  for (const { reason, ...place } of [...REAL, ...VIRTUAL])
    it.skipIf(reason !== null)(claim(place.kernel, reason), { concurrent: true }, () => scoresAll(place));
  for (const [share, kernel] of EMULATED.entries())
    it.skipIf(noFile !== null)(
      `finds all cells of every ${EMULATED.length}th case right on ${kernel}, from case ${share + 1} on${skipped(noFile)}`,
      { concurrent: true },
      () => scoresShare(kernel, share),
    );
});

function claim(kernel: string, reason: string | null): string {
  return `finds 109956 of 109956 cells off the diagonal right on ${kernel}, by all three answers${skipped(reason)}`;
}

async function scoresAll(place: Place): Promise<void> {
  const { all, stdout } = await score(place, []);
  expect(all, stdout).toMatch(/^all cells( +109956\/109956 100\.00 %){3}$/);
  expect(stdout).toMatch(/^230 cases, 256 steps in /m);
}

async function scoresShare(kernel: string, share: number): Promise<void> {
  const mine = cases.filter((_, index) => index % EMULATED.length === share);
  const { all, stdout } = await score(
    { kernel, clock: 'virtual' },
    mine.flatMap(({ id }) => ['--case', String(id)]),
  );
  expect(all, stdout).toMatch(/^all cells( +([1-9]\d{3,})\/\2 100\.00 %)( +\2\/\2 100\.00 %){2}$/);
  expect(stdout).toContain(`${mine.length} cases, `);
}

async function score({ kernel, clock }: Place, chosen: readonly string[]) {
  const args = ['dist/ipvlane.js', 'conformance', path ?? '', '--kernel', kernel, '--clock', clock, ...chosen];
  const { exitCode, stdout, stderr } = await execa('node', args, { cwd: root, reject: false, timeout: 1_100_000 });
  process.stdout.write(`${stdout}\n`);
  // Of a table of some hundred lines, what says which cell by which answer.
  expect(exitCode, `${stderr}${linesOf(stdout, /^✗/)}`).toBe(0);
  return { all: stdout.split('\n')[1], stdout };
}

function linesOf(text: string, wanted: RegExp): string {
  return text
    .split('\n')
    .filter((line) => wanted.test(line))
    .join('\n');
}
