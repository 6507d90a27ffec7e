/** Runs one step of the build, everything it says in a log; its last lines are in the error when it fails. */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { MORE_ROOM } from '../machine/cache-folder.ts';
import { machineError } from '../machine/machine-error.ts';

export interface LoggedStep {
  /** Completes "cannot …". */
  readonly attempted: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

export type RunStep = (step: LoggedStep) => Promise<void>;

/**
 * @param log the file that takes what is said
 * @param signal ends a step where it is; make(1) ends its own children then
 * @returns what runs a step to its end, and throws a DiagnosticError of kind `machine`
 */
export function stepRunner(log: string, signal?: AbortSignal): RunStep {
  return (step) => runLogged(step, log, signal);
}

async function runLogged(
  { attempted, argv, cwd, env = {}, onLine }: LoggedStep,
  log: string,
  signal?: AbortSignal,
): Promise<void> {
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
  const end = (): void => void child.kill('SIGTERM');
  if (signal?.aborted === true) end();
  signal?.addEventListener('abort', end, { once: true });
  const ended = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, by) => resolve(code === 0 ? null : `it ended with ${by ?? code}`));
  });
  signal?.removeEventListener('abort', end);
  if (ended === null) return;
  throw machineError({
    code: 'E521',
    attempted,
    said: [...tail.trim().split('\n').slice(-8), ended].join('\n'),
    remedy: /No space left/.test(tail) ? MORE_ROOM : `the whole log is ${log}`,
  });
}
