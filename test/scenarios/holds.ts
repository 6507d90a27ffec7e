/** A run of a scenario that must hold by its own `expect`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect } from 'vitest';
import type { Result } from '../../sim/measure/result.ts';
import { REPOSITORY } from '../cli/ipvlane.ts';

/** A minute on a quiet machine; beside six builds one took longer than five. */
const LONGEST_MS = 1_150_000;

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
  expect({ exitCode, verdict: result.verdict, unmet }).toEqual({ exitCode: 0, verdict: 'pass', unmet: [] });
  return result;
}
