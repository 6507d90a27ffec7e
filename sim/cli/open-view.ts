import type { Measurement } from '../measure/observing/reduce.ts';
import { openPlainView } from '../../reports/terminal/plain.ts';
import type { RunView } from '../../reports/terminal/view.ts';
import { type Environment, inCi, wantsColour } from './environment.ts';

/**
 * The live screen where a person watches a terminal; plain lines in a pipe, in CI, with --plain, --json or
 * --show-commands (whose lines are meant to be copied).
 */
export async function openView(
  environment: Environment,
  parts: {
    readonly scenario: string;
    readonly measurement: Measurement;
    readonly plain: boolean;
    readonly fullNames: boolean;
    /** Standard output belongs to the result. */
    readonly json: boolean;
    readonly onQuit: () => void;
  },
): Promise<RunView> {
  const { stdout, stderr, variables } = environment;
  const { stdin, stdout: screen } = environment.streams;
  const watched = stdout.isTTY && stdin.isTTY && variables.TERM !== 'dumb' && !inCi(environment);
  if (parts.plain || parts.json || !watched) {
    const stream = parts.json ? stderr : stdout;
    return openPlainView((line) => stream.write(`${line}\n`), parts.fullNames);
  }
  const { openLiveView } = await import('../../reports/terminal/live/open-live-view.tsx');
  return openLiveView({ ...parts, stdin, stdout: screen, colour: wantsColour(environment, stdout) });
}
