/** What reading manifests needs of a file system; `disk-files.ts` is the real one, tests use a map. */
export interface Files {
  /**
   * null: nothing is there. `link`: the folder is reached through a symbolic link. `special`: a device, a pipe, a socket.
   * `unreachable`: something has that name, and the system does not say what: a link that leads nowhere, a folder above it that may
   * not be entered. `misnamed`: its name is no UTF-8, and no text can name it.
   */
  stat(
    path: string,
  ):
    | { readonly kind: 'file'; readonly bytes: number; readonly special?: boolean }
    | { readonly kind: 'folder'; readonly link?: boolean }
    | { readonly kind: 'unreachable'; readonly why: string }
    | { readonly kind: 'misnamed'; readonly isFolder: boolean }
    | null;
  /** Where a path leads, symbolic links followed; left out where there are none. */
  realPath?(path: string): string;
  /** Names of the entries of a folder, any order. May throw as `read` does. */
  list(folder: string): readonly string[];
  /** May throw an Error with a `code` (EACCES ...), which becomes a diagnostic. */
  read(file: string): Uint8Array;
  /**
   * A folder that a tool reads for us: a kustomization, a chart. null: its files are manifests as they lie there. Left out
   * where nothing can be rendered. May take seconds.
   */
  render?(folder: string): Rendering | null;
}

/** What may be read without being waited for. */
export function isRegular(stat: ReturnType<Files['stat']>): boolean {
  return stat?.kind === 'file' && stat.special !== true;
}

/** What a tool made of a folder, or why it made nothing. */
export type Rendering =
  | {
      /** Name of what it printed, for `stat` and `read`: `FOLDER/<COMMAND>`. */
      readonly file: string;
    }
  | { readonly code: 'E121' | 'E122'; readonly message: string; readonly help: string };

/** Below the folder where a command stands: where results go, among which nothing is a manifest. */
export const RESULTS_FOLDER = 'ipvlane-out';

/** The name of what comes by standard input, in paths and in diagnostics. */
export const STDIN = '<stdin>';

/** The files of a folder that are read as manifests, as kubectl chooses them. */
export const MANIFEST_NAME = /\.(ya?ml|json)$/;
