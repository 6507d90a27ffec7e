import { type Given, NOTHING_GIVEN } from './filenames/given.ts';

/** Where words go, and what is known of who reads them there. */
export interface Output {
  readonly isTTY: boolean;
  /** Of a terminal. */
  readonly columns: number;
  write(text: string): unknown;
}

/**
 * The whole outside world of a command, as one value: streams, variables, working directory, time. Commands reach for
 * nothing else, so a test runs any of them with strings in place of a terminal.
 */
export interface Environment {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The process's own, for who reads, or takes them over: a live screen, a program in a lab. */
  readonly streams: {
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
  };
  /** Wall clock, for names of runs and for how long people waited; never for measurements. */
  readonly now: () => Date;
  /** The command line as typed, for the report's "how it was run". */
  readonly commandLine: readonly string[];
  /** The manifests that the command line names. */
  readonly given: Given;
}

export function processEnvironment(): Environment {
  return {
    cwd: process.cwd(),
    variables: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    streams: process,
    now: () => new Date(),
    commandLine: process.argv.slice(2),
    given: NOTHING_GIVEN,
  };
}

/** Colour when the stream is a terminal that is not dumb, or FORCE_COLOR asks for it; never under NO_COLOR (https://no-color.org). */
export function wantsColour(environment: Environment, stream: Output): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment.variables;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true;
  return stream.isTTY && TERM !== 'dumb';
}

/** Columns to fill: the terminal's, 80 in a log. */
export function widthOf(stream: Output): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : 80;
}

/** Whether a CI engine runs this, by the rule of ink, which draws nothing there: CI or CONTINUOUS_INTEGRATION set, and not to 0 or false. */
export function inCi({ variables }: Environment): boolean {
  return [variables.CI, variables.CONTINUOUS_INTEGRATION].some(
    (value) => value !== undefined && value !== '0' && value !== 'false',
  );
}
