/** The product's own commands, run as a user would, and what they said. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Comparison } from '../../sim/measure/comparison.ts';
import type { Result } from '../../sim/measure/result.ts';

export const root = new URL('../../', import.meta.url).pathname;
export const cli = join(root, 'dist/ipvlane.js');
const LONGEST_MS = 300_000;

/** A folder for what runs write; gone with the process. */
export const scratch = mkdtempSync(join(tmpdir(), 'ipvlane-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** @throws Error with the command's own words when it gives no result; unmet expectations are a result */
export async function runScenario(path: string, kernel: string, more: readonly string[] = []): Promise<Result> {
  return JSON.parse(await said(['run', path, '--kernel', kernel, ...more])) as Result;
}

/** @throws as `runScenario` */
export async function compareEngines(path: string, kernel: string, engines: readonly string[]): Promise<Comparison> {
  return JSON.parse(await said(['compare', path, '--kernel', kernel, '--engines', engines.join(',')])) as Comparison;
}

/** The same, for what the result does not say. @throws as `runScenario` */
export async function runForTrace(path: string, kernel: string): Promise<{ readonly trace: string }> {
  const out = outputFolder();
  await said(['run', path, '--kernel', kernel], out);
  return { trace: join(out, 'trace.ndjson') };
}

let runs = 0;
function outputFolder(): string {
  return join(scratch, `run-${runs++}`);
}

async function said(args: readonly string[], out = outputFolder()): Promise<string> {
  const { stdout, stderr } = await execa('node', [cli, ...args, '--json', '--out', out], {
    cwd: root,
    reject: false,
    timeout: LONGEST_MS,
  });
  if (stdout.trim() === '') throw new Error(`ipvlane ${args.join(' ')}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
  return stdout;
}
