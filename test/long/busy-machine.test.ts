/** A machine that is busy with other things, for real: four times as many loops as it has processors. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { Result } from '../../sim/measure/result.ts';

const root = join(import.meta.dirname, '../..');
const out = mkdtempSync(join(tmpdir(), 'ipvlane-busy-'));
let loops: ChildProcess[] = [];

beforeEach(() => {
  const loop = () => spawn('setpriv', ['--pdeathsig', 'KILL', 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' });
  loops = Array.from({ length: 4 * availableParallelism() }, loop);
});
afterEach(() => {
  for (const loop of loops) loop.kill('SIGKILL');
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function run() {
  const ran = await execa(
    'node',
    ['dist/ipvlane.js', 'run', 'test/kernel/fixtures/busy', '--kernel', 'uml', '--plain', '--out', out],
    { cwd: root, reject: false, timeout: 170_000 },
  );
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
  return { exitCode: ran.exitCode, stdout: ran.stdout, result };
}

test('a rate that it spoilt is not measurable here, after one more try, and is no failure', async () => {
  const { exitCode, stdout, result } = await run();
  expect(result.verdict, stdout).toBe('unjudged');
  expect(result.checks.map(({ name, status }) => `${name}: ${status}`)).toEqual([
    'rtt_p99_us <= 1: unjudged',
    'retransmits >= 0: pass',
  ]);
  expect(result.diagnostics.map(({ code }) => code)).toEqual(['W502']);
  expect(stdout.match(/^the machine was too busy to measure `as fast as it goes`: once more$/gm)).toHaveLength(1);
  expect(stdout).toMatch(/^NOT MEASURABLE HERE {2}1 check met, 0 not met, 1 not measurable here$/m);
  expect(stdout).toContain('--clock virtual');
  expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toMatch(
    /<skipped message="not measurable here: the machine kept/,
  );
  expect(exitCode).toBe(4);
});
