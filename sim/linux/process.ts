/** Programs inside a network namespace, without `ip netns exec`: a child stays in the namespace it was born in. */
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import type { NetworkNamespace } from './namespace.ts';

export interface SpawnOptions {
  /** Default: three pipes. */
  readonly stdio?: StdioOptions;
  /** In place of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/**
 * Starts `argv` in `ns`, or here for null. It dies with this process when that is the first of its PID namespace, as the
 * agent is: the kernel sees to it. A program that is not there is the child's `error` event, as in node:child_process.
 *
 * @throws RangeError when there is no program to start.
 */
export function spawnIn(
  ns: NetworkNamespace | null,
  argv: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const [program, ...rest] = argv;
  if (program === undefined) throw new RangeError('no program to start');
  const start = () =>
    spawn(program, rest, {
      stdio: options.stdio ?? 'pipe',
      detached: false,
      ...(options.env === undefined ? {} : { env: { ...options.env } }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
  return ns === null ? start() : ns.run(start);
}
