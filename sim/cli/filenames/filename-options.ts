/** `-f`, `-R` and `-k`, by which a command is given manifests as kubectl is, beside plain paths. */
import type { Command } from 'commander';

export interface FilenameOptions {
  /** Paths as typed, `-` among them; those of `-k` apart. */
  readonly paths: readonly string[];
  readonly kustomizations: readonly string[];
  readonly recursive: boolean;
}

export function addFilenameOptions(command: Command): void {
  command
    .option('-f, --filename <path>', 'file or folder of manifests, - for standard input; again for more', separated)
    .option('-k, --kustomize <folder>', 'what `kubectl kustomize FOLDER` makes of it', gather)
    .option('-R, --recursive', 'search the folders inside a folder too');
}

/** @param positional those of the command's words that are paths */
export function filenameOptions(
  positional: readonly string[],
  options: Readonly<Record<string, unknown>>,
): FilenameOptions {
  const list = (name: string): readonly string[] => (Array.isArray(options[name]) ? (options[name] as string[]) : []);
  return {
    paths: [...positional, ...list('filename')],
    kustomizations: list('kustomize'),
    recursive: options.recursive === true,
  };
}

/** kubectl takes several with commas between them. */
function separated(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',')];
}

function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
