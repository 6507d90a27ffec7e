import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { execInLab } from '../kernel/exec-client.ts';
import type { Action } from './command.ts';
import type { ExitCode } from './exit-code.ts';

/** Variables a program expects to find; the rest of the environment is the lab's own. */
const PASSED_ON = ['TERM', 'LANG', 'LC_ALL', 'NO_COLOR', 'PATH', 'COLUMNS', 'LINES'] as const;

/** Runs a program in a pod of a held lab; the exit code is the program's own. */
export const exec: Action = async (environment, [pod = '', ...words], options) => {
  // Everything after the pod is passed through to the program, the `--` before it included.
  const argv = words[0] === '--' ? words.slice(1) : words;
  const out = typeof options.out === 'string' ? resolve(environment.cwd, options.out) : newestHeldRun(environment.cwd);
  const variables = Object.entries(environment.variables).filter(([name]) =>
    (PASSED_ON as readonly string[]).includes(name),
  );
  const code = await execInLab({
    outDir: out,
    party: /[/:]/.test(pod) ? pod : `default/${pod}`,
    argv,
    env: Object.fromEntries(variables.map(([name, value]) => [name, value ?? ''])),
    cwd: environment.cwd,
    terminal: options.tty === true,
    stdin: environment.stdin,
    stdout: environment.stdout,
    stderr: environment.stderr,
  });
  return code as ExitCode;
};

/** @throws DiagnosticError of kind machine when nothing is held below ./ipvlane-out. */
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
