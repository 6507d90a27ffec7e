/** The scenarios that ship, and a run of one that must hold by its own `expect`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect } from 'vitest';
import type { Result } from '../../sim/measure/result.ts';
import { REPOSITORY } from '../cli/ipvlane.ts';

const folder = join(REPOSITORY, 'scenarios');
/** A minute on a quiet machine; beside six builds one took longer than five. */
const LONGEST_MS = 1_150_000;

/** Scenario files below `scenarios`, relative to it, but those that have tests of their own: test/long/{pitfalls,scale,red}.test.ts. */
const shipped = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ya?ml$/.test(name))
  .filter((name) => !name.split('/').some((part) => ['as-documented', 'pitfalls', 'one-master', 'ten-nodes', 'red'].includes(part)))
  .filter((name) => /^kind: Scenario$/m.test(readFileSync(join(folder, name), 'utf8')))
  .sort();

const measures = (name: string): boolean =>
  /^\s*-?\s*(traffic|sleep):/m.test(readFileSync(join(folder, name), 'utf8'));

const isExact = (name: string): boolean => name.startsWith('bandwidth/exact/');

/** Their numbers hold in virtual time alone. */
export const exact: readonly string[] = shipped.filter(isExact);
/** Nothing of these is about time. */
export const asking: readonly string[] = shipped.filter((name) => !isExact(name) && !measures(name));
/** These measure rates or wait: in virtual time, where no rate depends on how busy the machine is. */
export const measuring: readonly string[] = shipped.filter((name) => !isExact(name) && measures(name));

/** For results: gone at the end of the test file. */
export function outFolder(): string {
  const out = mkdtempSync(join(tmpdir(), 'ipvlane-scenarios-'));
  afterAll(() => rmSync(out, { recursive: true, force: true }));
  return out;
}

/** Runs one in virtual time. @returns its result, in which each check passed */
export async function holds(name: string, out: string, kernel = 'uml-virtual'): Promise<Result> {
  const on = ['--kernel', kernel, '--clock', 'virtual'];
  const words = ['run', join('scenarios', name), ...on, '--json', '--out', join(out, name)];
  const { exitCode, stdout, stderr } = await execa('node', ['dist/ipvlane.js', ...words], {
    cwd: REPOSITORY,
    reject: false,
    timeout: LONGEST_MS,
  });
  expect(stdout, stderr).not.toBe('');
  const result = JSON.parse(stdout) as Result;
  const unmet = result.checks.filter((check) => check.status !== 'pass');
  expect({ exitCode, verdict: result.verdict, unmet }, stderr).toEqual({ exitCode: 0, verdict: 'pass', unmet: [] });
  return result;
}
