/** The run that commands from another terminal mean. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Environment } from './environment.ts';

/**
 * Its output folder: the one that `--out` names, else the newest below ./ipvlane-out in which a lab runs.
 * @throws DiagnosticError of kind machine when there is none
 */
export function heldRun({ cwd }: Environment, options: Readonly<Record<string, unknown>>): string {
  return typeof options.out === 'string' ? resolve(cwd, options.out) : newestHeldRun(cwd);
}

function newestHeldRun(cwd: string): string {
  const runs = join(cwd, 'ipvlane-out');
  const held = (existsSync(runs) ? readdirSync(runs) : [])
    .map((name) => join(runs, name))
    .filter((folder) => existsSync(join(folder, 'control.sock')))
    .toSorted((a, b) => startOf(b) - startOf(a));
  const newest = held[0];
  if (newest !== undefined) return newest;
  throw new DiagnosticError('machine', [
    {
      code: 'E515',
      severity: 'error',
      message: `no lab is held below ${runs}`,
      help: 'start one with `ipvlane run … --hold`, or name its output folder with --out',
    },
  ]);
}

function startOf(folder: string): number {
  return statSync(join(folder, 'control.sock')).mtimeMs;
}
