/** Runs one step of the build, everything it says in a log; its last lines are in the error when it fails. */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { machineError } from '../machine-error.ts';

export interface LoggedStep {
  /** Completes "cannot …". */
  readonly attempted: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly log: string;
  readonly onLine?: (line: string) => void;
}

/** @throws DiagnosticError of kind `machine` */
export async function runLogged({ attempted, argv, cwd, env = {}, log, onLine }: LoggedStep): Promise<void> {
  const [program, ...args] = argv;
  appendFileSync(log, `\n$ ${argv.join(' ')}\n`);
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C.UTF-8', ...env },
  });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      appendFileSync(log, text);
      tail = `${tail}${text}`.slice(-4000);
      for (const line of text.split('\n')) onLine?.(line);
    });
  }
  const ended = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code === 0 ? null : `it ended with ${signal ?? code}`));
  });
  if (ended === null) return;
  throw machineError({
    code: 'E521',
    attempted,
    said: [...tail.trim().split('\n').slice(-8), ended].join('\n'),
    remedy: /No space left/.test(tail)
      ? 'free some space, or name a larger place in XDG_CACHE_HOME'
      : `the whole log is ${log}`,
  });
}
