/** `-f`, `-R` and `-k`, by which a command is given manifests as kubectl is, beside plain paths; and how they are read. */
import type { Command } from 'commander';
import type { ReadOptions } from '../../manifest/read-options.ts';

export interface FilenameOptions {
  /** Paths as typed, `-` among them; those of `-k` apart. */
  readonly paths: readonly string[];
  readonly kustomizations: readonly string[];
  readonly recursive: boolean;
  readonly reading: ReadOptions;
}

export function addFilenameOptions(command: Command): void {
  command
    .option('-f, --filename <path>', 'file or folder of manifests, - for standard input; again for more', separated)
    .option('-k, --kustomize <folder>', 'what `kubectl kustomize FOLDER` makes of it', gather)
    .option('-R, --recursive', 'search the folders inside a folder too')
    .option(
      '--ignore <kind>',
      'leave out a kind that is not modelled, as KIND or KIND.group; again for more',
      separated,
    )
    .option('--allow-outside', 'read what a Scenario names outside of the paths given and of this folder, too')
    .option('-v, --verbose', 'warn of each object and field, where one line tells of all');
}

/** @param positional those of the command's words that are paths */
export function filenameOptions(
  positional: readonly string[],
  options: Readonly<Record<string, unknown>>,
): FilenameOptions {
  const list = (name: string): readonly string[] => (Array.isArray(options[name]) ? (options[name] as string[]) : []);
  const recursive = options.recursive === true;
  return {
    paths: [...positional, ...list('filename')],
    kustomizations: list('kustomize'),
    recursive,
    reading: {
      ignore: list('ignore'),
      verbose: options.verbose === true,
      allowOutside: options.allowOutside === true,
      recursive,
    },
  };
}

/** kubectl takes several with commas between them. */
function separated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',')];
}

function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
