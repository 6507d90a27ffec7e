import type { Command as CommanderCommand } from 'commander';
import type { Environment } from './environment.ts';
import type { ExitCode } from './exit-code.ts';

/** What a command does, loaded only when it is the one that was typed: `--help` must not pay for ink or d3. */
export type Action = (
  environment: Environment,
  positional: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => Promise<ExitCode>;

/** One row of the command table. Nouns read, verbs change. */
export interface CommandRow {
  readonly name: string;
  /** One line for `ipvlane --help`. */
  readonly summary: string;
  /** `<required>`, `[optional]`, `[several...]` as commander writes them. */
  readonly positional: string;
  readonly examples: readonly { readonly line: string; readonly what: string }[];
  /**
   * It reads manifests, and has `-f`, `-k` and `-R`: the words from this one on are paths. Left out: it takes none.
   * `options only`: its words are something else. `after a port`: they follow two names and a port, which may be left out,
   * and is then empty text.
   */
  readonly manifestsFrom?: number | 'options only' | 'after a port';
  /** Adds the options. */
  readonly configure: (command: CommanderCommand) => void;
  readonly load: () => Promise<Action>;
}
