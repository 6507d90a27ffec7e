/** One run of a tool inside somebody's network: its lines as they come, its end as a value. */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { spawnIn } from '../../linux/process.ts';
import type { Party } from '../lab.ts';

export interface ToolEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningTool {
  readonly pid: number;
  /** Never rejects: a tool that could not be started ended with its reason on `stderr`. */
  readonly ended: Promise<ToolEnd>;
  /** Asks it to end; after `graceMs` it is killed. */
  end(signal: NodeJS.Signals, graceMs: number): void;
}

export interface ToolOptions {
  /** Hears each line of standard output; then the end's `stdout` is empty. */
  readonly onLine?: (line: string) => void;
}

/** Starts `argv` in the party's network namespace. */
export function startTool(party: Party, argv: readonly string[], options: ToolOptions = {}): RunningTool {
  const child = spawnIn(party.namespace, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let kill: NodeJS.Timeout | undefined;
  const ended = endOf(child, options).finally(() => clearTimeout(kill));
  return {
    pid: child.pid ?? 0,
    ended,
    end: (signal, graceMs) => {
      child.kill(signal);
      kill ??= setTimeout(() => child.kill('SIGKILL'), graceMs);
    },
  };
}

/** What to say of a tool that failed: its own words. */
export function complaintOf(name: string, end: ToolEnd): string {
  const words = end.stderr.trim() || end.stdout.trim().slice(-300);
  const how = end.signal === null ? `exit code ${end.code ?? 'unknown'}` : `signal ${end.signal}`;
  return `${name} ended with ${how}${words === '' ? '' : `: ${words}`}`;
}

function endOf(child: ChildProcess, { onLine }: ToolOptions): Promise<ToolEnd> {
  return new Promise((resolve) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    if (onLine === undefined) child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    else if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', onLine);
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');
    child.on('error', (error) =>
      resolve({ stdout: '', stderr: `it could not be started: ${error.message}`, code: null, signal: null }),
    );
    child.on('close', (code, signal) => resolve({ stdout: text(stdout), stderr: text(stderr), code, signal }));
  });
}
